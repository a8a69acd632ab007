package control

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A subject is a daemon in memory and the API in front of it.
type subject struct {
	t      *testing.T
	daemon *faultdaemon.FaultDaemon
	feed   *Feed
	api    *httptest.Server
}

func start(t *testing.T) *subject {
	t.Helper()
	return startWith(t, faultdaemon.Lines)
}

func startWith(t *testing.T, p faultdaemon.Protocol) *subject {
	t.Helper()
	s := &subject{t: t, feed: &Feed{}}
	s.daemon = faultdaemon.New("", faultdaemon.Config{Protocol: p, Trace: s.feed.Add})
	require.NoError(t, s.daemon.Start())
	t.Cleanup(s.daemon.Stop)
	server, err := New(s.daemon, s.feed)
	require.NoError(t, err)
	s.api = httptest.NewServer(server.Handler())
	t.Cleanup(s.api.Close)
	return s
}

// do sends a request and returns status and body.
func (s *subject) do(method, path, body string) (int, string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.api.URL+path, strings.NewReader(body))
	require.NoError(s.t, err)
	return s.send(request)
}

func (s *subject) send(request *http.Request) (int, string) {
	s.t.Helper()
	reply, err := s.api.Client().Do(request)
	require.NoError(s.t, err)
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	require.NoError(s.t, err)
	return reply.StatusCode, string(text)
}

// ask sends the daemon a message and returns what it says before it ends the
// connection or a line is whole.
func ask(t *testing.T, conn net.Conn, message string) string {
	t.Helper()
	_, err := io.WriteString(conn, message)
	require.NoError(t, err)
	line, _ := bufio.NewReader(conn).ReadString('\n')
	return line
}

func (s *subject) dial() net.Conn {
	s.t.Helper()
	conn, err := s.daemon.Dial(s.t.Context())
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// A change is in force when it is answered, on open connections too.
func TestPutFaultIsInForceWhenAnswered(t *testing.T) {
	s := start(t)
	conn := s.dial()
	require.Equal(t, "ping\n", ask(t, conn, "ping\n"))
	status, body := s.do("PUT", "/fault", `{"fault":"cut_at( 2,hang )"}`)
	require.Equal(t, 200, status, body)
	require.JSONEq(t, `{"fault":"cut_at(2, hang)"}`, body)
	_, body = s.do("GET", "/fault", "")
	require.JSONEq(t, `{"fault":"cut_at(2, hang)"}`, body)
	_, err := io.WriteString(conn, "ping\n")
	require.NoError(t, err)
	half := make([]byte, 2)
	_, err = io.ReadFull(conn, half)
	require.NoError(t, err)
	require.Equal(t, "pi", string(half))

	_, body = s.do("PUT", "/fault", `{"fault":"none"}`)
	require.JSONEq(t, `{"fault":"none"}`, body)
	require.Equal(t, "pong\n", ask(t, s.dial(), "pong\n"))
}

// Nothing of a change is left to do when its reply is written.
func TestNoChangeIsLateForItsReply(t *testing.T) {
	s := start(t)
	for n := range 500 {
		want := faultdaemon.FaultCutAt.With(n)
		body := strings.NewReader(`{"fault":"` + string(want) + `"}`)
		request := httptest.NewRequest("PUT", "http://localhost/fault", body)
		reply := httptest.NewRecorder()
		s.api.Config.Handler.ServeHTTP(reply, request)
		require.Equal(t, want, s.daemon.Config().Fault)
		require.Equal(t, 200, reply.Code)
	}
}

func TestPutPlan(t *testing.T) {
	s := start(t)
	for range 2 { // its counters begin with each PUT
		status, body := s.do("PUT", "/plan", `{"plan":"1 * close_after_read"}`)
		require.Equal(t, 200, status, body)
		require.JSONEq(t, `{"fault":"none","plan":"1*close_after_read"}`, body)
		require.Empty(t, ask(t, s.dial(), "ping\n"))
		require.Equal(t, "ping\n", ask(t, s.dial(), "ping\n"))
	}
	_, body := s.do("PUT", "/fault", `{"fault":"none"}`)
	require.JSONEq(t, `{"fault":"none"}`, body, "it takes the place of the plan")
}

func TestMistakesChangeNothing(t *testing.T) {
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		want               string // all of the reply
	}{
		"unknown fault": {"PUT", "/fault", `{"fault":"close_after_reed"}`, 400,
			`{"error":"unknown fault \"close_after_reed\": did you mean close_after_read, reset_after_read?","near":["close_after_read","reset_after_read"]}`},
		"argument": {"PUT", "/fault", `{"fault":"slow_response(soon)"}`, 400,
			`{"error":"slow_response: delay is \"soon\": want a duration of 0 or more, like \"300ms\""}`},
		"plan": {"PUT", "/plan", `{"plan":"2*close_after_read->0*slow_response"}`, 400,
			`{"error":"plan \"2*close_after_read->0*slow_response\", column 21: a count is 1 or more, not 0","column":21}`},
		"unknown fault in a plan": {"PUT", "/plan", `{"plan":"2*close_after_reed"}`, 400,
			`{"error":"plan \"2*close_after_reed\", column 3: unknown fault \"close_after_reed\": did you mean close_after_read, reset_after_read?","near":["close_after_read","reset_after_read"],"column":3}`},
		"unknown member": {"PUT", "/fault", `{"fault":"none","plan":"none"}`, 400,
			`{"error":"the body is to be one object with the member \"fault\" alone, {\"fault\": \"...\"}: json: unknown field \"plan\""}`},
		"missing member": {"PUT", "/fault", `{}`, 400,
			`{"error":"the member \"fault\" is missing: \"none\" is no fault"}`},
		"two objects": {"PUT", "/fault", `{"fault":"none"}{}`, 400,
			`{"error":"the body is to be one object with the member \"fault\" alone, {\"fault\": \"...\"}: something follows it"}`},
		"no body": {"PUT", "/plan", "", 400,
			`{"error":"the body is to be one object with the member \"plan\" alone, {\"plan\": \"...\"}: EOF"}`},
		"long body": {"PUT", "/fault", `{"fault":"` + strings.Repeat("x", 64<<10) + `"}`, 413,
			`{"error":"the body is longer than 65536 bytes"}`},
		"encoding": {"GET", "/calls?encoding=rot13", "", 400,
			`{"error":"encoding is rot13: want text (base64 where a request is no UTF-8), base64 or hex"}`},
		"query": {"GET", "/calls?encodign=hex", "", 400,
			`{"error":"GET /calls has no query parameter \"encodign\": it takes encoding"}`},
		"follow": {"GET", "/events?follow=later", "", 400, `{"error":"follow is \"later\": want true or false"}`},
		"method": {"POST", "/calls", "", 405, `{"error":"/calls does not take POST: it takes GET, DELETE"}`},
		"path": {"GET", "/fautl", "", 404,
			`{"error":"there is no /fautl: there are /healthz, /faults, /fault, /plan, /calls, /events, /openapi.json"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.daemon.SetFault("half_close")
			status, body := s.do(test.method, test.path, test.body)
			require.Equal(t, test.status, status, body)
			require.JSONEq(t, test.want, body)
			require.Equal(t, faultdaemon.FaultHalfClose, s.daemon.Config().Fault)
		})
	}
}

// bare is a protocol without renderings and selectors.
type bare struct{ faultdaemon.Protocol }

// What does not suit the protocol is listed with the reason, and refused.
func TestFaultsThatDoNotApply(t *testing.T) {
	s := startWith(t, bare{faultdaemon.Lines})
	_, body := s.do("GET", "/faults", "")
	var reply faultsReply
	require.NoError(t, json.Unmarshal([]byte(body), &reply))
	byName := map[faultdaemon.Fault]faultReply{}
	for _, f := range reply.Faults {
		byName[f.Name] = f
	}
	slow := byName["slow_response"]
	require.Equal(t, faultdaemon.StageRespond, slow.Stage)
	require.Equal(t, "writes the response after a delay.", slow.Summary)
	require.Equal(t, []string{"survives"}, slow.Expected)
	require.True(t, slow.Applicable)
	require.Equal(t, "delay", slow.Params[0].Name)
	require.Equal(t, faultdaemon.KindDuration, slow.Params[0].Kind)
	require.Equal(t, "200ms", slow.Params[0].Default)
	require.Equal(t, []string{"survives", "rejects", "times out"}, byName["cut_at"].Expected)
	garbage := byName["corrupt_response"]
	require.False(t, garbage.Applicable)
	require.Contains(t, garbage.Reason, "corrupt_response")

	status, body := s.do("PUT", "/fault", `{"fault":"corrupt_response"}`)
	require.Equal(t, 400, status, body)
	require.Contains(t, body, garbage.Reason)
	status, body = s.do("PUT", "/plan", `{"plan":"list:slow_response"}`)
	require.Equal(t, 400, status, body)
	require.Contains(t, body, "has no selectors")
}

func TestCalls(t *testing.T) {
	s := start(t)
	conn := s.dial()
	ask(t, conn, "<ping>\n")
	ask(t, conn, "\xff\xfe\n")
	requests := func(path string) (list []string) {
		status, body := s.do("GET", path, "")
		require.Equal(t, 200, status, body)
		var reply callsReply
		require.NoError(t, json.Unmarshal([]byte(body), &reply))
		for _, call := range reply.Calls {
			require.WithinDuration(t, time.Now(), call.Timestamp, time.Minute)
			list = append(list, call.Encoding+":"+call.Request)
		}
		return list
	}
	require.Equal(t, []string{"text:<ping>\n", "base64://4K"}, requests("/calls"))
	require.Equal(t, []string{"base64:PHBpbmc+Cg==", "base64://4K"}, requests("/calls?encoding=base64"))
	require.Equal(t, []string{"hex:3c70696e673e0a", "hex:fffe0a"}, requests("/calls?encoding=hex"))
	status, body := s.do("DELETE", "/calls", "")
	require.Equal(t, 204, status, body)
	_, body = s.do("GET", "/calls", "")
	require.JSONEq(t, `{"calls":[]}`, body)
}

// Without follow the stream ends; with it, what happens comes as it happens,
// and the last is that the daemon has stopped.
func TestEvents(t *testing.T) {
	s := start(t)
	_, body := s.do("GET", "/events", "")
	require.Equal(t, []string{"started"}, kinds(t, body))

	reply, err := s.api.Client().Get(s.api.URL + "/events?follow")
	require.NoError(t, err)
	defer func() { _ = reply.Body.Close() }()
	lines := bufio.NewScanner(reply.Body)
	var seen []string
	next := func() string {
		require.True(t, lines.Scan(), "the stream has ended after %q", seen)
		seen = append(seen, kinds(t, lines.Text())...)
		return seen[len(seen)-1]
	}
	require.Equal(t, "started", next())
	conn := s.dial()
	require.Equal(t, "accepted", next())
	ask(t, conn, "ping\n")
	require.Equal(t, "request read", next())
	require.Equal(t, "reply written", next())
	s.daemon.Stop()
	s.feed.Close()
	for lines.Scan() {
		seen = append(seen, kinds(t, lines.Text())...)
	}
	require.NoError(t, lines.Err())
	require.Equal(t, "stopped", seen[len(seen)-1])
}

func kinds(t *testing.T, ndjson string) (list []string) {
	for line := range strings.Lines(ndjson) {
		var ev faultdaemon.Event
		require.NoError(t, json.Unmarshal([]byte(line), &ev), line)
		list = append(list, string(ev.Kind))
	}
	return list
}

// A page whose name was made to resolve to this machine sends its own name,
// and one of another origin says so.
func TestPagesInBrowsersAreRefused(t *testing.T) {
	s := start(t)
	_, port, err := net.SplitHostPort(s.api.Listener.Addr().String())
	require.NoError(t, err)
	for host, want := range map[string]int{
		"evil.example:" + port: 403, "localhost.evil.example": 403, "127.0.0.1.evil.example": 403, "10.0.0.1": 403, "": 200,
		"localhost:" + port: 200, "LOCALHOST": 200, "127.0.0.1:" + port: 200, "[::1]:" + port: 200,
	} {
		request, err := http.NewRequest("GET", s.api.URL+"/calls", nil)
		require.NoError(t, err)
		request.Host = host // empty: the address that is dialled
		status, body := s.send(request)
		require.Equal(t, want, status, "%s: %s", host, body)
	}
	request, err := http.NewRequest("DELETE", s.api.URL+"/calls", nil)
	require.NoError(t, err)
	request.Header.Set("Origin", "https://evil.example")
	status, body := s.send(request)
	require.Equal(t, 403, status)
	require.Contains(t, body, "a page of another origin")
}

// Over a Unix socket any host will do: no page can reach it.
func TestHostOverUnixIsFree(t *testing.T) {
	s := start(t)
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Skipf("no Unix socket at %s: %v", path, err)
	}
	server := &http.Server{Handler: s.api.Config.Handler}
	go func() { _ = server.Serve(l) }() // ends with Close
	defer func() { _ = server.Close() }()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}}
	defer client.CloseIdleConnections()
	reply, err := client.Get("http://daemon/healthz")
	require.NoError(t, err)
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(reply.Body)
	require.NoError(t, err)
	require.JSONEq(t, `{"status":"ok","connections":0}`, string(text))
}
