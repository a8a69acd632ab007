package setup

import (
	"bufio"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// build parses a command line.
func build(own Own, args ...string) (Setup, error) {
	var f Flags
	set := pflag.NewFlagSet("test", pflag.ContinueOnError)
	f.Register(set)
	if err := set.Parse(args); err != nil {
		return Setup{}, err
	}
	return f.Build(own)
}

// talk sends bytes to a healthy daemon and returns so many that it replies with.
func talk(t *testing.T, s Setup, send string, size int) string {
	t.Helper()
	if s.NewRespond != nil {
		respond, err := s.NewRespond()
		require.NoError(t, err)
		s.Config.Respond = respond
	}
	d := faultdaemon.New("", s.Config)
	require.NoError(t, d.Start())
	defer d.Stop()
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = conn.Write([]byte(send))
	require.NoError(t, err)
	got, err := bufio.NewReader(conn).Peek(size)
	require.NoError(t, err, "got %q", got)
	return string(got)
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestWhatAHealthyDaemonReplies(t *testing.T) {
	methods := file(t, "methods.json", `{
		"status": {"running": [1,
			2]},
		"delete": {"error": {"code": 4, "message": "no such note"}},
		"odd": {"result": {"error": {"code": 1}}}
	}`)
	payload := file(t, "payload", "pong\n")
	script := file(t, "script.txtar", "-- request --\nping\n-- response --\npong\n-- request --\nping\n-- response --\nagain\n")
	header := func(length, body string) string { return "Content-Length: " + length + "\r\n\r\n" + body }
	for name, tt := range map[string]struct {
		args       string
		send, want string
	}{
		"lines by default":   {"", "ping\n", "ping\n"},
		"ndjson":             {"--protocol ndjson", `{"id":1}` + "\n", `{"id":1}` + "\n"},
		"ndjson, tied":       {"--protocol ndjson --reply {\"ok\":true}", `{"id":1}` + "\n", `{"id":1,"ok":true}` + "\n"},
		"nul":                {"--protocol nul", "pi\nng\x00", "pi\nng\x00"},
		"nul, reply":         {"--protocol nul --reply pong", "ping\x00", "pong\x00"},
		"jsonrpc":            {"--protocol jsonrpc", `{"jsonrpc":"2.0","method":"a/b","params":[7],"id":3}` + "\n", `{"jsonrpc":"2.0","result":[7],"id":3}` + "\n"},
		"jsonrpc, no params": {"--protocol jsonrpc", `{"jsonrpc":"2.0","method":"a","id":3}` + "\n", `{"jsonrpc":"2.0","result":null,"id":3}` + "\n"},
		"jsonrpc, tied": {`--protocol jsonrpc --reply {"jsonrpc":"2.0","result":1}`, `{"jsonrpc":"2.0","method":"n"}` + "\n" + `{"jsonrpc":"2.0","method":"a","id":"x"}` + "\n",
			`{"jsonrpc":"2.0","result":1,"id":"x"}` + "\n"},
		"jsonrpc-headers": {"--protocol jsonrpc-headers",
			header("42", `{"jsonrpc":"2.0","method":"a","params":[]}`) + header("50", `{"jsonrpc":"2.0","method":"a","params":[7],"id":3}`),
			header("37", `{"jsonrpc":"2.0","result":[7],"id":3}`)},
		"jsonrpc-values":    {"--protocol jsonrpc-values", `{"jsonrpc":"2.0","method":"a","params":[7],"id":3}`, `{"jsonrpc":"2.0","result":[7],"id":3}`},
		"methods, result":   {"--protocol jsonrpc --methods " + methods, `{"jsonrpc":"2.0","method":"status","id":1}` + "\n", `{"jsonrpc":"2.0","result":{"running":[1,2]},"id":1}` + "\n"},
		"methods, error":    {"--protocol jsonrpc --methods " + methods, `{"jsonrpc":"2.0","method":"delete","id":1}` + "\n", `{"jsonrpc":"2.0","error":{"code":4,"message":"no such note"},"id":1}` + "\n"},
		"methods, escaped":  {"--protocol jsonrpc --methods " + methods, `{"jsonrpc":"2.0","method":"odd","id":1}` + "\n", `{"jsonrpc":"2.0","result":{"error":{"code":1}},"id":1}` + "\n"},
		"methods, unlisted": {"--protocol jsonrpc --methods " + methods, `{"jsonrpc":"2.0","method":"no","id":1.0}` + "\n", `{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1.0}` + "\n"},
		"layout":            {"--protocol length-prefix:offset=4,width=4,order=le,adjust=0,max=64", "\x01\x02\x03\x04\x02\x00\x00\x00hi", "\x01\x02\x03\x04\x02\x00\x00\x00hi"},
		"layout, tied":      {"--protocol length-prefix:offset=4,order=le --reply hex:0aff00", "\x01\x02\x03\x04\x02\x00\x00\x00hi", "\x01\x02\x03\x04\x03\x00\x00\x00\x0a\xff\x00"},
		"preset":            {"--protocol length-prefix:discord", "\x00\x00\x00\x00\x02\x00\x00\x00{}", "\x01\x00\x00\x00\x02\x00\x00\x00{}"},
		"varint":            {"--protocol length-prefix:varint --reply pong", "\x04ping", "\x04pong"},
		"resp":              {"--protocol resp", "*1\r\n$4\r\nPING\r\n", "*1\r\n$4\r\nPING\r\n"},
		"resp, reply":       {"--protocol resp --reply PONG", "PING\r\n", "$4\r\nPONG\r\n"},
		"resp, raw":         {"--protocol resp --reply-raw hex:2b4f4b0d0a", "*0\r\n*1\r\n$4\r\nPING\r\n", "+OK\r\n"},
		"file":              {"--reply @" + payload, "ping\n", "pong\n"},
		"raw":               {"--reply-raw hex:610a620a", "ping\n", "a\nb\n"},
		"raw file":          {"--reply-raw @" + payload, "ping\n", "pong\n"},
		"script":            {"--script " + script, "ping\nping\n", "pong\nagain\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := build(Own{}, strings.Fields(tt.args)...)
			require.NoError(t, err)
			for range 2 { // another daemon replies the same
				assert.Equal(t, tt.want, talk(t, s, tt.send, len(tt.want)))
			}
		})
	}
}

func TestUpstreamReplies(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	upstream := faultdaemon.New("", faultdaemon.Config{ResponseHandler: func([]byte) []byte { return []byte("real\n") }})
	require.NoError(t, upstream.Start())
	defer upstream.Stop()
	go func() { _ = upstream.Serve(l) }()
	s, err := build(Own{}, "--upstream", "tcp:"+l.Addr().String())
	require.NoError(t, err)
	assert.Equal(t, "real\n", talk(t, s, "ping\n", 5))
	assert.Contains(t, s.Replies, l.Addr().String())
}

func TestAToolsOwnProtocolAndHandler(t *testing.T) {
	own := Own{
		Protocols: map[string]faultdaemon.Protocol{"kv": ndjson.Delimited(1)},
		Handler:   func([]byte) []byte { return []byte("{}\x01") },
	}
	s, err := build(own)
	require.NoError(t, err)
	assert.Equal(t, "kv", s.Protocol)
	assert.Equal(t, "{}\x01", talk(t, s, "[]\x01", 3))
	s, err = build(own, "--reply", "[1]")
	require.NoError(t, err)
	assert.Equal(t, "[1]\x01", talk(t, s, "[]\x01", 4))
	own.Protocols["kw"] = ndjson.Lines
	s, err = build(own)
	require.NoError(t, err)
	assert.Equal(t, "lines", s.Protocol)
}

func TestMistakesInFlags(t *testing.T) {
	bad := file(t, "bad.json", `{"a": {"error": {"code": "four"}}}`)
	list := file(t, "list.json", `[]`)
	for args, want := range map[string]string{
		"--protocol jsonrcp":                           `--protocol is "jsonrcp" (did you mean jsonrpc?): want one of lines, ndjson, nul, `,
		"--protocol length-prefix:kafak":               `(did you mean length-prefix:kafka`,
		"--protocol length-prefix:width=5":             "--protocol length-prefix:width=5: lengthprefix: LengthWidth is 5",
		"--protocol length-prefix:width=x":             `width is "x": want a number of bytes`,
		"--protocol length-prefix:order=middle":        `order is "middle": want le, be or native`,
		"--protocol length-prefix:size=5":              `"size=5" is no setting: want offset, width, order, adjust and max`,
		"--reply a --reply-raw b":                      "--reply and --reply-raw both say what a healthy daemon replies: use one of them",
		"--reply hex:0":                                `--reply: "0": want two hexadecimal digits a byte`,
		"--reply hex:":                                 "--reply: there is no hexadecimal digit",
		"--reply @no-such-file":                        "--reply: open no-such-file: no such file",
		"--reply hex:610a62":                           "--reply: a line cannot carry the newline at byte 1",
		"--protocol jsonrpc --reply {}":                "a JSON-RPC reply has a result or an error",
		"--methods " + list:                            "--methods: --protocol lines has no methods: it goes with jsonrpc",
		"--protocol jsonrpc --methods " + list:         "want an object with the result of each method",
		"--protocol jsonrpc --methods " + bad:          "a: want an error with code, message and data",
		"--script " + list:                             "--script: " + list + ": handlers: script: line 1",
		"--upstream /run/real.sock":                    `--upstream: "/run/real.sock" is no address: want unix:/run/real.sock, tcp:localhost:8080 or exec:COMMAND ARGS`,
		"--upstream tcp:localhost":                     "--upstream: address localhost: missing port",
		"--match path=x":                               "--match path=x: want method=GLOB, member=NAME:VALUE, hex=BYTES or hex=OFFSET:BYTES",
		"--match method=":                              "--match method=: a method is missing",
		"--match member=x":                             "--match member=x: want member=NAME:VALUE",
		"--match hex=x":                                "--match hex=x: \"x\": want two hexadecimal digits",
		"--match hex=-1:00":                            "the offset is \"-1\"",
		"--protocol length-prefix:i3 --match method=x": "the protocol length-prefix:i3 has no methods: use hex=OFFSET:BYTES",
	} {
		t.Run(args, func(t *testing.T) {
			_, err := build(Own{}, strings.Fields(args)...)
			assert.ErrorContains(t, err, want)
		})
	}
}

func TestMatch(t *testing.T) {
	const call = `{"jsonrpc":"2.0","method":"tools/call","id":1}`
	for name, tt := range map[string]struct {
		protocol, match, yes, no string
	}{
		"method":              {"jsonrpc", "method=tools/call", call + "\n", `{"jsonrpc":"2.0","method":"tools/list","id":1}` + "\n"},
		"method, pattern":     {"jsonrpc", "method=*call", call + "\n", `{"jsonrpc":"2.0","method":"callx","id":1}` + "\n"},
		"method, headers":     {"jsonrpc-headers", "method=tools/?all", "Content-Length: 46\r\n\r\n" + call, "Content-Length: 2\r\n\r\n{}"},
		"method, ndjson":      {"ndjson", "method=add", `{"method":"add"}` + "\n", `{"type":"add"}` + "\n"},
		"member":              {"lines", "member=type:add", `{"type":"add"}` + "\n", `{"type":"del"}` + "\n"},
		"member, number":      {"nul", "member=n:7", "{\"n\":7}\x00", "{\"n\":\"7\"}\x00"},
		"member, layout":      {"length-prefix:chrome", "member=n:7", "\x07\x00\x00\x00{\"n\":7}", "\x07\x00\x00\x00{\"n\":8}"},
		"bytes":               {"lines", "hex=0aff", "a\x0a\xffb\n", "a\xff\x0ab\n"},
		"bytes, at an offset": {"length-prefix:postgres", "hex=0:51", "Q\x00\x00\x00\x04", "P\x00\x00\x00\x05Q"},
		"bytes, white space":  {"lines", "hex=0a ff", "a\x0a\xffb\n", "a\xff\x0ab\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := build(Own{}, "--protocol", tt.protocol, "--match", tt.match)
			require.NoError(t, err)
			assert.True(t, s.Config.FaultMatcher([]byte(tt.yes)))
			assert.False(t, s.Config.FaultMatcher([]byte(tt.no)))
		})
	}
	s, err := build(Own{}, "--match", "hex=61", "--match", "hex=62")
	require.NoError(t, err)
	assert.True(t, s.Config.FaultMatcher([]byte("b\n")))
}

func TestOnce(t *testing.T) {
	lines, err := build(Own{})
	require.NoError(t, err)
	assert.Nil(t, lines.Once(nil))
	assert.True(t, lines.Once([]string{"add *"})([]byte("add milk\n")))
	assert.False(t, lines.Once([]string{"add *"})([]byte("list\n")))
	rpc, err := build(Own{}, "--protocol", "jsonrpc")
	require.NoError(t, err)
	assert.True(t, rpc.Once([]string{"x", "add"})([]byte(`{"jsonrpc":"2.0","method":"add","id":1}`)))
	assert.False(t, rpc.Once([]string{"*add*"})([]byte(`{"jsonrpc":"2.0","method":"list","params":["add"],"id":1}`)))
}

func TestCases(t *testing.T) {
	known := faultdaemon.Builtin()
	faults := func(f Faults) (list []string) {
		cases, err := f.Cases(known)
		require.NoError(t, err)
		for _, c := range cases {
			text := string(c.Fault)
			if c.Named {
				text += "!"
			}
			list = append(list, text)
		}
		return list
	}
	assert.Equal(t, []string{"half_close!", "cut_at(1, eof)!"}, faults(Faults{Fault: []string{"half_close", "cut_at"}}))
	assert.Equal(t, []string{"slow_accept", "hang_on_accept"}, faults(Faults{Fault: []string{"*w_accept", "hang*accept"}}))
	assert.Equal(t, []string{"slow_accept!", "hang_on_accept"}, faults(Faults{Fault: []string{"*w_accept", "hang*accept", "slow_accept"}}))
	assert.Equal(t, []string{"half_close!"}, faults(Faults{Fault: []string{"half_close", "cut_at(3, eof)"}, Skip: []string{"cut_*"}}))
	assert.NotContains(t, faults(Faults{Skip: []string{"stage:accept"}}), "hang_on_accept")
	assert.Contains(t, faults(Faults{Skip: []string{"stage:accept"}}), "half_close")
	for text, want := range map[string]string{
		"stage:acept": `--fault: "acept" is no stage (did you mean accept?): want one of accept, respond`,
		"x*":          "--fault: x* matches none of the ",
		"half_clse":   `--fault: unknown fault "half_clse": did you mean half_close`,
	} {
		_, err := (&Faults{Fault: []string{text}}).Cases(known)
		assert.ErrorContains(t, err, want)
	}
}

func TestAPlanIsACase(t *testing.T) {
	known := faultdaemon.Builtin()
	c, plan, err := PlanCase(known, "1*none -> 2*close_after_read -> slow_response( 1s )")
	require.NoError(t, err)
	assert.Equal(t, faultdaemon.Fault("1*none->2*close_after_read->slow_response(1s)"), c.Fault)
	assert.Equal(t, string(c.Fault), plan.String())
	assert.Equal(t, faultdaemon.FaultCloseAfterRead, c.Info.Name)
	assert.Equal(t, faultdaemon.Rejects|faultdaemon.Survives, c.Info.Client)
	assert.True(t, c.Named)
	_, _, err = PlanCase(known, "1*none")
	assert.ErrorContains(t, err, "has no fault")
	_, _, err = PlanCase(known, "0*half_close")
	assert.ErrorContains(t, err, "column 1")
}

func TestAfter(t *testing.T) {
	known := faultdaemon.Builtin()
	assert.Equal(t, "2*none->half_close", After(known, 2, "half_close").String())
	assert.Equal(t, "slow_accept", After(known, 2, "slow_accept").String())
	assert.Equal(t, "half_close", After(known, 0, "half_close").String())
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]Bytes{"1": 1, "64KiB": 64 << 10, "64 MiB": 64 << 20, "2GiB": 2 << 30} {
		var b Bytes
		require.NoError(t, b.Set(text))
		assert.Equal(t, want, b)
		assert.Equal(t, strings.ReplaceAll(text, " ", ""), b.String())
	}
	for _, text := range []string{"", "0", "-1", "64MB", "9000000000GiB", "MiB"} {
		assert.Error(t, new(Bytes).Set(text), text)
	}
}

// Every fault that applies to NUL-terminated messages ends its messages so.
func TestNULRenderings(t *testing.T) {
	for _, info := range verdict.All(faultdaemon.Builtin()) {
		assert.NoError(t, info.Info.Applies(nulTerminated), info.Fault)
	}
	for name, render := range map[string]func(request, reply []byte) ([]byte, error){
		"garbage": nulTerminated.Garbage, "invalid JSON": nulTerminated.InvalidJSON,
		"newlines": nulTerminated.EmbeddedNewlines, "multiline": nulTerminated.Multiline,
	} {
		got, err := render([]byte("ping\x00"), []byte("pong\x00"))
		require.NoError(t, err, name)
		assert.Equal(t, 1, strings.Count(string(got), "\x00"), name)
		assert.True(t, strings.HasSuffix(string(got), "\x00"), name)
	}
}
