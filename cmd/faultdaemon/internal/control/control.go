// Package control is the HTTP API of a running daemon: what it knows, which
// fault is in force, what was asked of it and what happened. openapi.json
// describes it, and is served.
package control

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"slices"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

//go:embed openapi.json
var description []byte

// A Server answers requests about one daemon.
type Server struct {
	daemon *faultdaemon.FaultDaemon
	known  *faultdaemon.Catalogue
	feed   *Feed

	mu sync.Mutex // held while the config is changed
}

// New returns the server of a daemon whose Config.Trace is feed.Add.
func New(d *faultdaemon.FaultDaemon, feed *Feed) (*Server, error) {
	known, err := verdict.Catalogue(d.Config())
	if err != nil {
		return nil, err
	}
	return &Server{daemon: d, known: known, feed: feed}, nil
}

// A route is one method of one path.
type route struct {
	method, path string
	query        []string // the parameters that it takes
	handle       http.HandlerFunc
}

func (s *Server) routes() []route {
	return []route{
		{"GET", "/healthz", nil, answer(s.health)},
		{"GET", "/faults", nil, answer(s.faults)},
		{"GET", "/fault", nil, answer(s.getFault)},
		{"PUT", "/fault", nil, answer(s.putFault)},
		{"PUT", "/plan", nil, answer(s.putPlan)},
		{"GET", "/calls", []string{"encoding"}, answer(s.getCalls)},
		{"DELETE", "/calls", nil, answer(s.deleteCalls)},
		{"GET", "/events", []string{"follow"}, s.events},
		{"GET", "/openapi.json", nil, describe},
	}
}

// Handler returns the API. On TCP it answers only requests for a loopback
// host, and everywhere it refuses changes that a page of another origin asks a
// browser for.
func (s *Server) Handler() http.Handler {
	routes := s.routes()
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.HandleFunc(r.method+" "+r.path, r.checked())
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { noRoute(w, r, routes) })
	foreign := http.NewCrossOriginProtection()
	foreign.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fail(w, statusError{http.StatusForbidden, errForeign})
	}))
	return localOnly(foreign.Handler(mux))
}

// answer makes a handler of a function: its value is the reply, nil for none.
func answer(f func(http.ResponseWriter, *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		value, err := f(w, r)
		switch {
		case err != nil:
			fail(w, err)
		case value == nil:
			w.WriteHeader(http.StatusNoContent)
		default:
			write(w, http.StatusOK, value)
		}
	}
}

func write(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // a client that has gone
}

// noRoute answers requests for what is not there.
func noRoute(w http.ResponseWriter, r *http.Request, routes []route) {
	var methods, paths []string
	for _, other := range routes {
		if other.path == r.URL.Path {
			methods = append(methods, other.method)
		}
		if !slices.Contains(paths, other.path) {
			paths = append(paths, other.path)
		}
	}
	if len(methods) > 0 {
		w.Header()["Allow"] = methods
		fail(w, complain(http.StatusMethodNotAllowed, "%s does not take %s: it takes %s", r.URL.Path, r.Method, words(methods)))
		return
	}
	fail(w, complain(http.StatusNotFound, "there is no %s: there are %s", r.URL.Path, words(paths)))
}

// healthReply says that the daemon runs.
type healthReply struct {
	Status      string `json:"status"`
	Connections int64  `json:"connections"`
}

func (s *Server) health(http.ResponseWriter, *http.Request) (any, error) {
	return healthReply{"ok", s.daemon.ConnectionCount()}, nil
}

func describe(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(description)
}
