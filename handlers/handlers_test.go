package handlers_test

import (
	"context"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/handlers"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

const patience = 20 * time.Second

// start starts a daemon in memory that is stopped when the test ends.
func start(t testing.TB, cfg faultdaemon.Config) *faultdaemon.FaultDaemon {
	t.Helper()
	d := faultdaemon.New("", cfg)
	require.NoError(t, d.Start())
	t.Cleanup(d.Stop)
	return d
}

// dial opens a client's connection that gives up after patience.
func dial(t testing.TB, d *faultdaemon.FaultDaemon) net.Conn {
	t.Helper()
	conn, err := d.Dial(context.Background())
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	t.Cleanup(func() { _ = conn.Close() }) // the test may have closed it
	return conn
}

// exchange sends a request and reads exactly this reply.
func exchange(t testing.TB, conn net.Conn, request, reply string) {
	t.Helper()
	_, err := io.WriteString(conn, request)
	require.NoError(t, err)
	got := make([]byte, len(reply))
	n, err := io.ReadFull(conn, got)
	require.NoError(t, err, "after %q", got[:n])
	require.Equal(t, reply, string(got))
}

// all sends requests, ends the stream and returns all that comes back.
func all(t testing.TB, conn net.Conn, requests string) string {
	t.Helper()
	_, err := io.WriteString(conn, requests)
	require.NoError(t, err)
	require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(got)
}

// details returns what the events of a kind say.
func details(d *faultdaemon.FaultDaemon, kind faultdaemon.EventKind) (list []string) {
	for _, ev := range d.Events() {
		if ev.Kind == kind {
			list = append(list, ev.Detail)
		}
	}
	return list
}

func says(text string) faultdaemon.ResponseHandler { return handlers.Static([]byte(text)) }

func TestEcho(t *testing.T) {
	d := start(t, faultdaemon.Config{ResponseHandler: handlers.Echo})
	require.Equal(t, "ping\npong\n", all(t, dial(t, d), "ping\npong\n"))
	require.Empty(t, details(d, faultdaemon.EventEchoed))
}

func TestStatic(t *testing.T) {
	message := []byte("pong\n")
	h := handlers.Static(message)
	first := h(nil)
	first[0] = 'x'
	require.Equal(t, "pong\n", string(h(nil)))
	for _, nothing := range [][]byte{nil, {}} {
		got := handlers.Static(nothing)([]byte("ping\n"))
		require.NotNil(t, got) // nil would be an echo
		require.Empty(t, got)
	}
}

func TestSequence(t *testing.T) {
	d := start(t, faultdaemon.Config{ResponseHandler: handlers.Sequence(says("1\n"), nil, says("3\n"))})
	conn := dial(t, d)
	exchange(t, conn, "a\n", "1\n")
	exchange(t, dial(t, d), "b\n", "b\n")
	exchange(t, conn, "c\n", "3\n")
	exchange(t, conn, "d\n", "3\n")
	require.PanicsWithValue(t, "handlers: Sequence needs a handler", func() { handlers.Sequence() })
}

func TestSequenceIsConcurrent(t *testing.T) {
	const n = 50
	var list []faultdaemon.ResponseHandler
	var want []string
	for i := range n {
		want = append(want, strings.Repeat("x", i))
		list = append(list, says(want[i]))
	}
	h := handlers.Sequence(list...)
	got := make([]string, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { got[i] = string(h(nil)) })
	}
	wg.Wait()
	slices.Sort(got)
	require.Equal(t, want, got)
	require.Equal(t, want[n-1], string(h(nil)))
}

func TestRoute(t *testing.T) {
	rules := []handlers.Rule{
		handlers.On(ndjson.Member("type", "a"), says("{\"first\":1}\n")),
		handlers.On(ndjson.Member("type", "b"), nil),
		handlers.On(ndjson.Member("id", 1), says("{\"third\":1}\n")),
	}
	d := start(t, faultdaemon.Config{Protocol: ndjson.Lines, ResponseHandler: handlers.Route(rules...)})
	got := all(t, dial(t, d), "{\"type\":\"a\",\"id\":1}\n{\"type\":\"b\"}\n{\"id\":1}\n{\"id\":2}\n")
	require.Equal(t, "{\"first\":1}\n{\"type\":\"b\"}\n{\"third\":1}\n{\"id\":2}\n", got)
	require.Len(t, details(d, faultdaemon.EventEchoed), 2)

	last := handlers.Route(append(rules, handlers.On(nil, says("no\n")))...)
	require.Equal(t, "no\n", string(last([]byte("{\"id\":2}\n"))))
	require.Nil(t, handlers.Route()([]byte("ping\n")))
}

// Every handler answers in every protocol, healthy and under a fault.
func TestHandlersCompose(t *testing.T) {
	script, err := handlers.ParseNDJSON([]byte(`{"request":"[1]","response":"[2]"}`))
	require.NoError(t, err)
	for name, p := range map[string]faultdaemon.Protocol{
		"faultdaemon.Lines": faultdaemon.Lines, "ndjson": ndjson.Lines, "varlink": ndjson.Delimited(0),
		"chrome": lengthprefix.Chrome(), "varint": lengthprefix.Varint{},
	} {
		request, err := p.Frame([]byte("[1]"))
		require.NoError(t, err)
		reply, err := p.Frame([]byte("[2]"))
		require.NoError(t, err)
		fixed := handlers.Static(reply)
		for handler, cfg := range map[string]faultdaemon.Config{
			"static":   {ResponseHandler: fixed},
			"sequence": {ResponseHandler: handlers.Sequence(fixed)},
			"route":    {ResponseHandler: handlers.Route(handlers.On(nil, fixed))},
			"script":   {Respond: script.ByContent},
		} {
			t.Run(name+" "+handler, func(t *testing.T) {
				cfg.Protocol = p
				require.Equal(t, string(reply), all(t, dial(t, start(t, cfg)), string(request)))
				cfg.Fault = faultdaemon.FaultCutAt.With(2)
				require.Equal(t, string(reply[:2]), all(t, dial(t, start(t, cfg)), string(request)))
				cfg.Fault = faultdaemon.FaultMultipleResponses
				require.Equal(t, string(reply)+string(reply), all(t, dial(t, start(t, cfg)), string(request)))
			})
		}
	}
}
