package jsonrpc_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/rpc"
	rpcjson "net/rpc/jsonrpc"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// sample are the methods of the specification's examples.
var sample = jsonrpc.Methods{
	"subtract": func(params json.RawMessage) (any, error) {
		var list []int
		if json.Unmarshal(params, &list) == nil && len(list) == 2 {
			return list[0] - list[1], nil
		}
		var named struct{ Minuend, Subtrahend int }
		err := json.Unmarshal(params, &named)
		return named.Minuend - named.Subtrahend, err
	},
	"sum": func(params json.RawMessage) (any, error) {
		var list []int
		err := json.Unmarshal(params, &list)
		sum := 0
		for _, n := range list {
			sum += n
		}
		return sum, err
	},
	"get_data":     func(json.RawMessage) (any, error) { return []any{"hello", 5}, nil },
	"update":       func(json.RawMessage) (any, error) { return "not sent", nil },
	"notify_hello": func(json.RawMessage) (any, error) { return nil, errors.New("not sent") },
	"notify_sum":   func(json.RawMessage) (any, error) { return "not sent", nil },
}

// framed returns a text as each framing carries it, whatever the text is.
func framed(p jsonrpc.Protocol, text string) string {
	switch {
	case text == "":
		return ""
	case p == jsonrpc.Lines:
		return text + "\n"
	case p == jsonrpc.Headers:
		return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(text), text)
	}
	return text
}

var framings = []jsonrpc.Protocol{jsonrpc.Lines, jsonrpc.Headers, jsonrpc.Values}

// answers holds what the methods answer to texts in every framing.
func answers(t *testing.T, methods jsonrpc.Methods, cases [][2]string) {
	t.Helper()
	for _, p := range framings {
		handle := p.Handler(methods)
		for _, c := range cases {
			got := handle([]byte(framed(p, c[0])))
			require.NotNil(t, got, "nil would echo the request")
			require.Equal(t, framed(p, c[1]), string(got), "%s: %s", p, c[0])
		}
	}
}

// TestSection7 is the specification's section 7, example by example.
func TestSection7(t *testing.T) {
	const (
		invalid = `{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}`
		parse   = `{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}`
	)
	answers(t, sample, [][2]string{
		{`{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}`, `{"jsonrpc":"2.0","result":19,"id":1}`},
		{`{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}`, `{"jsonrpc":"2.0","result":-19,"id":2}`},
		{`{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}`, `{"jsonrpc":"2.0","result":19,"id":3}`},
		{`{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}`, `{"jsonrpc":"2.0","result":19,"id":4}`},
		{`{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}`, ``},
		{`{"jsonrpc": "2.0", "method": "foobar"}`, ``},
		{`{"jsonrpc": "2.0", "method": "foobar", "id": "1"}`, `{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"1"}`},
		{`{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]`, parse},
		{`{"jsonrpc": "2.0", "method": 1, "params": "bar"}`, invalid},
		{`[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]`, parse},
		{`[]`, invalid},
		{`[1]`, `[` + invalid + `]`},
		{`[1,2,3]`, `[` + invalid + `,` + invalid + `,` + invalid + `]`},
		{`[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},` +
			`{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},` +
			`{"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},` +
			`{"foo": "boo"},` +
			`{"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},` +
			`{"jsonrpc": "2.0", "method": "get_data", "id": "9"}]`,
			`[{"jsonrpc":"2.0","result":7,"id":"1"},{"jsonrpc":"2.0","result":19,"id":"2"},` + invalid +
				`,{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"5"},` +
				`{"jsonrpc":"2.0","result":["hello",5],"id":"9"}]`},
		{`[{"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]`, ``},
	})
}

// TestIDs: whatever an id looks like, it comes back as it came.
func TestIDs(t *testing.T) {
	var cases [][2]string
	for _, id := range []string{
		`0`, `-1`, `1.0`, `1.50`, `1e3`, `-0`, `9007199254740993`, `123456789012345678901234567890`, `null`,
		`""`, `"1"`, `"a\u0062\/"`, `"ü€😀"`, `"\ud800"`, "\"\xff\"",
	} {
		cases = append(cases, [2]string{
			`{"jsonrpc":"2.0","method":"sum","params":[1],"id": ` + id + ` }`, `{"jsonrpc":"2.0","result":1,"id":` + id + `}`,
		})
	}
	answers(t, sample, cases)
}

func TestInvalidRequests(t *testing.T) {
	invalid := func(id string) string {
		return `{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":` + id + `}`
	}
	answers(t, sample, [][2]string{
		{`{}`, invalid("null")},
		{`{"jsonrpc":"2.0","id":1}`, invalid("1")},
		{`{"jsonrpc":"2.0","method":7,"id":"a"}`, invalid(`"a"`)},
		{`{"jsonrpc":"1.0","method":"sum","id":1}`, invalid("1")},
		{`{"jsonrpc":2.0,"method":"sum","id":1}`, invalid("1")},
		{`{"JSONRPC":"2.0","method":"sum","params":{},"id":1}`, invalid("1")},
		{`{"jsonrpc":"2.0","METHOD":"sum","id":1}`, invalid("1")},
		{`{"method":"sum","params":{},"id":1}`, invalid("1")},
		{`{"method":"sum","id":1}`, invalid("1")},
		{`{"jsonrpc":"2.0","method":"sum","params":"1","id":1}`, invalid("1")},
		{`{"jsonrpc":"2.0","method":"sum","params":1,"id":1}`, invalid("1")},
		{`{"jsonrpc":"2.0","method":"sum","id":[1]}`, invalid("null")},
		{`{"jsonrpc":"2.0","method":"sum","id":{}}`, invalid("null")},
		{`{"jsonrpc":"2.0","method":"sum","id":true}`, invalid("null")},
		{`[[]]`, "[" + invalid("null") + "]"},
		{`"sum"`, invalid("null")},
		{`null`, invalid("null")},
		{`true`, invalid("null")},
	})
}

// TestRepliesAreNotAnswered: a client's reply to a request of the daemon's.
func TestRepliesAreNotAnswered(t *testing.T) {
	answers(t, sample, [][2]string{
		{`{"jsonrpc":"2.0","result":null,"id":1}`, ``},
		{`{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}`, ``},
		{`{"result":1}`, ``},
		{`[{"jsonrpc":"2.0","result":1,"id":1},{"jsonrpc":"2.0","result":2,"id":2}]`, ``},
		{`[{"jsonrpc":"2.0","result":1,"id":1},{"jsonrpc":"2.0","method":"sum","params":[2],"id":2}]`,
			`[{"jsonrpc":"2.0","result":2,"id":2}]`},
	})
}

func TestResultsAndErrors(t *testing.T) {
	outcome := func(result any, err error) func(json.RawMessage) (any, error) {
		return func(json.RawMessage) (any, error) { return result, err }
	}
	answers(t, jsonrpc.Methods{
		"null":     outcome(nil, nil),
		"html":     outcome("<a&b>", nil),
		"large":    outcome(int64(9007199254740993), nil),
		"raw":      outcome(json.RawMessage("{\"n\": 1e400,\n \"a\": [ ]}"), nil),
		"bad":      outcome(make(chan int), nil),
		"text":     outcome(nil, errors.New("disk full")),
		"error":    outcome(nil, &jsonrpc.Error{Code: 4, Message: "no such note", Data: map[string]int{"note": 17}}),
		"wrapped":  outcome(nil, fmt.Errorf("list: %w", &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams})),
		"server":   outcome(nil, &jsonrpc.Error{Code: -32050}),
		"zero":     outcome(nil, &jsonrpc.Error{Code: 1, Data: 0}),
		"bad data": outcome(nil, &jsonrpc.Error{Code: 1, Data: func() {}}),
		"params":   func(params json.RawMessage) (any, error) { return params == nil, nil },
	}, [][2]string{
		{ask("null"), `{"jsonrpc":"2.0","result":null,"id":1}`},
		{ask("html"), `{"jsonrpc":"2.0","result":"<a&b>","id":1}`},
		{ask("large"), `{"jsonrpc":"2.0","result":9007199254740993,"id":1}`},
		{ask("raw"), `{"jsonrpc":"2.0","result":{"n":1e400,"a":[]},"id":1}`},
		{ask("bad"), `{"jsonrpc":"2.0","error":{"code":-32603,"message":"json: unsupported type: chan int"},"id":1}`},
		{ask("text"), `{"jsonrpc":"2.0","error":{"code":-32603,"message":"disk full"},"id":1}`},
		{ask("error"), `{"jsonrpc":"2.0","error":{"code":4,"message":"no such note","data":{"note":17}},"id":1}`},
		{ask("wrapped"), `{"jsonrpc":"2.0","error":{"code":-32602,"message":"Invalid params"},"id":1}`},
		{ask("server"), `{"jsonrpc":"2.0","error":{"code":-32050,"message":"Server error"},"id":1}`},
		{ask("zero"), `{"jsonrpc":"2.0","error":{"code":1,"message":"","data":0},"id":1}`},
		{ask("bad data"), `{"jsonrpc":"2.0","error":{"code":-32603,"message":"json: unsupported type: func()"},"id":1}`},
		{ask("params"), `{"jsonrpc":"2.0","result":true,"id":1}`},
		{`{"jsonrpc":"2.0","method":"params","params":null,"id":1}`, `{"jsonrpc":"2.0","result":true,"id":1}`},
		{`{"jsonrpc":"2.0","method":"params","params":[],"id":1}`, `{"jsonrpc":"2.0","result":false,"id":1}`},
		{`{"jsonrpc":"2.0","method":"p\u0061rams","id":1}`, `{"jsonrpc":"2.0","result":true,"id":1}`},
	})
}

// ask is a request for a method without params.
func ask(method string) string { return `{"jsonrpc":"2.0","method":"` + method + `","id":1}` }

func TestVersion1IsAnsweredInKind(t *testing.T) {
	answers(t, sample, [][2]string{
		{`{"method":"sum","params":[1,2],"id":0}`, `{"result":3,"error":null,"id":0}`},
		{`{"method":"nothing","params":[],"id":"x"}`, `{"result":null,"error":"Method not found","id":"x"}`},
		{`{"method":"sum","params":[],"id":null}`, ``},
	})
}

// TestStandardLibraryClient: net/rpc/jsonrpc, of version 1.0, over a Unix
// socket.
func TestStandardLibraryClient(t *testing.T) {
	for _, p := range []jsonrpc.Protocol{jsonrpc.Lines, jsonrpc.Values} {
		d := faulttest.Start(t, p.Config(jsonrpc.Methods{
			"Notes.Double": func(params json.RawMessage) (any, error) {
				var list []int
				err := json.Unmarshal(params, &list)
				return 2 * list[0], err
			},
		}))
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		client := rpc.NewClientWithCodec(rpcjson.NewClientCodec(conn))
		for n := range 3 {
			var double int
			require.NoError(t, client.Call("Notes.Double", n, &double))
			require.Equal(t, 2*n, double)
			require.EqualError(t, client.Call("Notes.Halve", n, &double), "Method not found")
		}
		require.NoError(t, client.Close())
	}
}

func TestCharsets(t *testing.T) {
	const body = `{"jsonrpc":"2.0","method":"sum","params":[1],"id":1}`
	handle := jsonrpc.Headers.Handler(sample)
	for _, charset := range []string{"utf-8", "utf8", "UTF-8", `"utf-8"`} {
		got := handle([]byte("Content-Type: application/vscode-jsonrpc; charset=" + charset + "\r\nContent-Length: 52\r\n\r\n" + body))
		require.Equal(t, framed(jsonrpc.Headers, `{"jsonrpc":"2.0","result":1,"id":1}`), string(got), charset)
	}
	got := handle([]byte("Content-Length: 52\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n" + body))
	require.Equal(t, framed(jsonrpc.Headers, `{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error",`+
		`"data":"Content-Type has the charset \"utf-16\": want utf-8"},"id":null}`), string(got))
}

func TestProgress(t *testing.T) {
	const half, full = `{"jsonrpc":"2.0","method":"progress","params":[50]}`, `{"jsonrpc":"2.0","method":"done"}`
	steps := []jsonrpc.Notification{{Method: "progress", Params: []int{50}}, {Method: "done"}}
	methods := jsonrpc.Methods{
		"work": func(json.RawMessage) (any, error) { return jsonrpc.Progress{Notifications: steps, Result: "ok"}, nil },
		"fail": func(json.RawMessage) (any, error) {
			return jsonrpc.Progress{Notifications: steps}, errors.New("disk full")
		},
		"wrong": func(json.RawMessage) (any, error) {
			return jsonrpc.Progress{Notifications: []jsonrpc.Notification{{Method: "p", Params: make(chan int)}}}, nil
		},
	}
	const ok, failed = `{"jsonrpc":"2.0","result":"ok","id":1}`, `{"jsonrpc":"2.0","error":{"code":-32603,"message":"disk full"},"id":1}`
	for _, p := range framings {
		f := func(texts ...string) (all string) {
			for _, text := range texts {
				all += framed(p, text)
			}
			return all
		}
		handle := p.Handler(methods)
		for request, want := range map[string]string{
			ask("work"): f(half, full, ok),
			ask("fail"): f(half, full, failed),
			"[" + ask("work") + "," + ask("fail") + "]": f(half, full, half, full, "["+ok+","+failed+"]"),
			`{"jsonrpc":"2.0","method":"work"}`:         f(half, full),
			`{"jsonrpc":"2.0","method":"fail"}`:         f(half, full),
			`{"jsonrpc":"2.0","method":"wrong"}`:        "",
			ask("wrong"):                                f(`{"jsonrpc":"2.0","error":{"code":-32603,"message":"json: unsupported type: chan int"},"id":1}`),
		} {
			require.Equal(t, want, string(handle([]byte(framed(p, request)))), "%s: %s", p, request)
		}
	}
}

func TestErrorString(t *testing.T) {
	require.EqualError(t, &jsonrpc.Error{Code: jsonrpc.CodeMethodNotFound}, "Method not found (-32601)")
	require.EqualError(t, &jsonrpc.Error{Code: 4, Message: "no such note"}, "no such note (4)")
	require.EqualError(t, &jsonrpc.Error{Code: jsonrpc.CodeServerErrorMin}, "Server error (-32099)")
	require.EqualError(t, &jsonrpc.Error{Code: jsonrpc.CodeServerErrorMax}, "Server error (-32000)")
	require.EqualError(t, &jsonrpc.Error{Code: -32100}, " (-32100)")
	require.EqualError(t, &jsonrpc.Error{Code: -31999}, " (-31999)")
}

func TestPanicIsNotHidden(t *testing.T) {
	handle := jsonrpc.Lines.Handler(jsonrpc.Methods{"boom": func(json.RawMessage) (any, error) { panic("boom") }})
	require.PanicsWithValue(t, "boom", func() { handle([]byte(ask("boom") + "\n")) })
}

func TestExpectsReply(t *testing.T) {
	for _, p := range framings {
		for text, want := range map[string]bool{
			ask("sum"):                               true,
			`{"jsonrpc":"2.0","method":"sum"}`:       false,
			`{"jsonrpc":"2.0","result":1,"id":1}`:    false,
			`[{"jsonrpc":"2.0","method":"sum"}]`:     false,
			`[]`:                                     true,
			`{"jsonrpc":"2.0","id":1}`:               true,
			`{"jsonrpc":`:                            true,
			strings.Repeat("[", 10001):               true,
			"[" + ask("sum") + `,{"result":1}` + "]": true,
		} {
			require.Equal(t, want, p.ExpectsReply([]byte(framed(p, text))), "%s: %s", p, text)
		}
	}
}
