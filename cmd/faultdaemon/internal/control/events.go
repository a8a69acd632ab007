package control

import (
	"fmt"
	"net/http"
	"strconv"
)

// events streams what happened as NDJSON; with follow, also what happens.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	follow := false
	if query := r.URL.Query(); query.Has("follow") {
		var err error
		text := query.Get("follow")
		if follow, err = strconv.ParseBool(text); err != nil && text != "" {
			fail(w, fmt.Errorf("follow is %q: want true or false", text))
			return
		}
		follow = follow || text == ""
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	_ = s.feed.Copy(r.Context(), flushing{w, http.NewResponseController(w)}, follow) // a client that has gone
}

// flushing sends every Write at once.
type flushing struct {
	http.ResponseWriter
	controller *http.ResponseController
}

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.ResponseWriter.Write(p)
	if err == nil {
		err = f.controller.Flush()
	}
	return n, err
}
