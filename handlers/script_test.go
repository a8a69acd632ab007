package handlers_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/handlers"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

const session = `{"request":{"type":"status"},"response":{"state":"running"}}

{"request":{"type":"count"},"response":{"n":1}}
{"request":{"type":"count"},"responses":[{"percent":50},{"n":2}]}
{"request":{"type":"forget"}}
`

func parse(t testing.TB, text string) *handlers.Script {
	t.Helper()
	s, err := handlers.ParseNDJSON([]byte(text))
	require.NoError(t, err)
	return s
}

func TestScriptByContent(t *testing.T) {
	d := start(t, faultdaemon.Config{Protocol: ndjson.Lines, Respond: parse(t, session).ByContent})
	got := all(t, dial(t, d), `{"id":1,"type":"count"}`+"\n"+`{"type":"status","id":"b"}`+"\r\n"+
		`{"type":"forget"}`+"\n"+`{"type":"count"}`+"\n"+`{"type":"count","id":3}`+"\n")
	require.Equal(t, `{"id":1,"n":1}`+"\n"+`{"id":"b","state":"running"}`+"\n"+
		`{"percent":50}`+"\n"+`{"n":2}`+"\n"+`{"id":3,"percent":50}`+"\n"+`{"id":3,"n":2}`+"\n", got)
	require.Empty(t, details(d, faultdaemon.EventError))
}

func TestScriptInOrder(t *testing.T) {
	d := start(t, faultdaemon.Config{Protocol: ndjson.Lines, Respond: parse(t, session).InOrder})
	exchange(t, dial(t, d), "{\"type\":\"status\"}\n", "{\"state\":\"running\"}\n")
	require.Empty(t, all(t, dial(t, d), "{\"type\":\"forget\"}\n")) // too early: uses nothing up
	got := all(t, dial(t, d), "{\"type\":\"count\"}\n{\"type\":\"count\"}\n{\"type\":\"forget\"}\n{\"type\":\"count\"}\n")
	require.Equal(t, "{\"n\":1}\n{\"percent\":50}\n{\"n\":2}\n", got)
	require.Equal(t, []string{
		`handlers: script: the request is "{\"type\":\"forget\"}": want line 3, "{\"type\":\"count\"}"`,
		`handlers: script: it is over after 4 requests, and this is another: "{\"type\":\"count\"}"`,
	}, details(d, faultdaemon.EventError))
}

func TestScriptShowsTheNearest(t *testing.T) {
	for request, want := range map[string]string{
		`{"jsonrpc":"2.0","id":1,"type":"stauts"}`: `none of its 4 requests is "{\"jsonrpc\":\"2.0\",\"id\":1,\"type\":\"stauts\"}": the nearest is line 1, "{\"type\":\"status\"}"`,
		`{"type":"forge"}`:                         `none of its 4 requests is "{\"type\":\"forge\"}": the nearest is line 5, "{\"type\":\"forget\"}"`,
		`["count"]`:                                `none of its 4 requests is "[\"count\"]": the nearest is line 3, "{\"type\":\"count\"}"`,
	} {
		d := start(t, faultdaemon.Config{Protocol: ndjson.Lines, Respond: parse(t, session).ByContent})
		require.Empty(t, all(t, dial(t, d), request+"\n"))
		require.Equal(t, []string{"handlers: script: " + want}, details(d, faultdaemon.EventError))
	}
	d := start(t, faultdaemon.Config{Respond: parse(t, "").ByContent})
	require.Empty(t, all(t, dial(t, d), "ping\n"))
	require.Equal(t, []string{`handlers: script: it is empty, and this is a request: "ping"`}, details(d, faultdaemon.EventError))
}

func TestScriptMatches(t *testing.T) {
	for _, c := range []struct {
		script, request string
		want            bool
	}{
		{`"ping"`, "ping", true}, {`"ping"`, "pin", false}, {`"ping"`, `"ping"`, false},
		{`"\"ping\""`, `"\u0070ing"`, true},
		{`{"n":1}`, `{"n":1.0}`, true}, {`{"n":9007199254740993}`, `{"n":9007199254740992}`, false},
		{`{"a":{"b":1}}`, `{"id":1,"a":{"b":1}}`, true}, {`{"a":{"b":1}}`, `{"a":{"b":1,"c":2}}`, false},
		{`{"a":1}`, `{"A":1}`, false}, {`{"a":null}`, `{}`, false}, {`{}`, `{"a":1}`, true}, {`{}`, `[]`, false},
		{`[1,{"a":1}]`, `[ 1, {"a":1} ]`, true}, {`[1]`, `[1,2]`, false},
	} {
		d := start(t, faultdaemon.Config{Respond: parse(t, `{"request":`+c.script+`,"response":"yes"}`).ByContent})
		want := ""
		if c.want {
			want = "yes\n"
		}
		require.Equal(t, want, all(t, dial(t, d), c.request+"\n"), "%s: %s", c.script, c.request)
	}
}

const archive = `A session in bytes.

-- hello/request --
hex: 01 02
ff
-- hello/response --
base64: AAEC
/w==
-- text/request --
two
lines
-- text/response --

-- silent/request --
`

func TestScriptOfATxtarArchive(t *testing.T) {
	name := filepath.Join(t.TempDir(), "session.txtar")
	require.NoError(t, os.WriteFile(name, []byte(archive), 0o600))
	script, err := handlers.ReadScript(name)
	require.NoError(t, err)
	d := start(t, faultdaemon.Config{Protocol: lengthprefix.Kafka(), Respond: script.InOrder})
	conn := dial(t, d)
	exchange(t, conn, "\x00\x00\x00\x03\x01\x02\xff", "\x00\x00\x00\x04\x00\x01\x02\xff")
	exchange(t, conn, "\x00\x00\x00\x09two\nlines", "\x00\x00\x00\x00")
	require.Empty(t, all(t, conn, "\x00\x00\x00\x00"))
	require.Empty(t, details(d, faultdaemon.EventError))
}

func TestScriptOfAnNDJSONFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "session.ndjson")
	require.NoError(t, os.WriteFile(name, []byte(session), 0o600))
	script, err := handlers.ReadScript(name)
	require.NoError(t, err)
	d := start(t, faultdaemon.Config{Protocol: ndjson.Lines, Respond: script.InOrder})
	exchange(t, dial(t, d), "{\"type\":\"status\"}\n", "{\"state\":\"running\"}\n")

	_, err = handlers.ReadScript(name + ".missing")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(name, []byte("{}"), 0o600))
	_, err = handlers.ReadScript(name)
	require.EqualError(t, err, name+`: handlers: script: line 1: it has no request: "{}"`)
}

func TestScriptsThatAreWrong(t *testing.T) {
	for text, want := range map[string]string{
		"\n{\"request\":1,\"reply\":2}":       `line 2: want an object with request and response: json: unknown field "reply"`,
		`[]`:                                  "line 1: want an object with request and response: ",
		`ping`:                                "line 1: want an object with request and response: ",
		`{"request":"hex: 0"}`:                "line 1: encoding/hex: odd length hex string",
		`{"request":1,"response":"base64:?"}`: "line 1: illegal base64 data at input byte 0",
	} {
		_, err := handlers.ParseNDJSON([]byte(text))
		require.ErrorContains(t, err, "handlers: script: "+want)
	}
	for text, want := range map[string]string{
		"-- response --\n1\n":                         "response comes before the first request",
		"-- request --\n1\n-- a/reply --\n2\n":        `a file is named "a/reply": want request or response`,
		"-- request --\n1\n-- response --\nhex: xy\n": "response after request 1: encoding/hex: invalid byte: U+0078 'x'",
	} {
		_, err := handlers.ParseTxtar([]byte(text))
		require.EqualError(t, err, "handlers: script: "+want)
	}
}

func TestScriptReplyThatCannotBeFramed(t *testing.T) {
	d := start(t, faultdaemon.Config{Respond: parse(t, `{"request":"ping","response":"two\nlines"}`).ByContent})
	require.Empty(t, all(t, dial(t, d), "ping\n"))
	require.Equal(t, []string{`handlers: script: the reply "two\nlines": a line cannot carry the newline at byte 3 of the payload`},
		details(d, faultdaemon.EventError))
}

func TestScriptIsConcurrent(t *testing.T) {
	d := start(t, faultdaemon.Config{Respond: parse(t, `{"request":"ping","response":"pong"}`).ByContent})
	var wg sync.WaitGroup
	for range 10 {
		conn := dial(t, d)
		wg.Go(func() {
			_, err := io.WriteString(conn, strings.Repeat("ping\n", 20))
			assert.NoError(t, err)
			got := make([]byte, 20*len("pong\n"))
			_, err = io.ReadFull(conn, got)
			assert.NoError(t, err)
			assert.Equal(t, strings.Repeat("pong\n", 20), string(got))
		})
	}
	wg.Wait()
}

func FuzzParseScript(f *testing.F) {
	f.Add([]byte(session))
	f.Add([]byte(archive))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, parse := range []func([]byte) (*handlers.Script, error){handlers.ParseNDJSON, handlers.ParseTxtar} {
			s, err := parse(data)
			require.Equal(t, err == nil, s != nil)
		}
	})
}
