package control

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// FuzzAPI makes one request of any kind: the API answers as it is described, and the
// config that is then in force can be started with.
func FuzzAPI(f *testing.F) {
	for _, seed := range [][3]string{
		{"GET", "/healthz", ""}, {"GET", "/calls?encoding=hex", ""}, {"DELETE", "/calls", ""}, {"GET", "/events", ""},
		{"PUT", "/fault", `{"fault":"slow_response(300ms)"}`}, {"PUT", "/fault", `{"fault":"half_closed"}`},
		{"PUT", "/fault", `{"fault":"none"}`}, {"PUT", "/plan", `{"plan":"2*close_after_read->a:3/none"}`},
		{"PUT", "/plan", `{"plan":"->"}`}, {"POST", "/fault", "{}"}, {"GET", "/%2e", ""}, {"PUT", "/fault", `{"fault":"cut_at(99999999999999999999)"}`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, method, target, body string) {
		feed := &Feed{}
		d := faultdaemon.New("", faultdaemon.Config{Protocol: ndjson.Lines, Trace: feed.Add})
		server, err := New(d, feed)
		require.NoError(t, err)
		at, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // a follower has left
		request, err := http.NewRequestWithContext(ctx, method, "http://localhost", strings.NewReader(body))
		if err != nil {
			return
		}
		request.URL = at
		reply := httptest.NewRecorder()
		server.Handler().ServeHTTP(reply, request)
		require.Contains(t, []int{200, 204, 301, 307, 400, 403, 404, 405, 413}, reply.Code, reply.Body)
		require.NoError(t, d.Start())
		d.Stop()
	})
}
