package jsonrpc_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/framingtest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

func TestFramings(t *testing.T) {
	t.Run("Lines", func(t *testing.T) { framingtest.Run(t, jsonrpc.Lines, framingtest.Shapes()[1:]...) })
	t.Run("Headers", func(t *testing.T) { framingtest.Run(t, jsonrpc.Headers) })
	t.Run("Values", func(t *testing.T) { framingtest.Run(t, jsonrpc.Values, framingtest.Shapes()[2:]...) })
}

// messages reads a stream to its end and returns its messages and the error
// that ended it.
func messages(p faultdaemon.Protocol, stream string) (list []string, err error) {
	for r := bufio.NewReader(strings.NewReader(stream)); ; {
		message, err := p.ReadMessage(r, 1<<20)
		if err != nil {
			return list, err
		}
		list = append(list, string(message))
	}
}

func TestLinesAndWhiteSpace(t *testing.T) {
	got, err := messages(jsonrpc.Lines, "\n\r\n \t\n{\"a\":1}\r\n\n[2]\n")
	require.Equal(t, io.EOF, err)
	require.Equal(t, []string{"{\"a\":1}\r\n", "[2]\n"}, got)
}

func TestHeadersAreReadAsRFC7230Says(t *testing.T) {
	for _, header := range []string{
		"Content-Length: 2\r\n\r\n",
		"content-length: 2\r\n\r\n",
		"CONTENT-LENGTH:2\r\n\r\n",
		"Content-Length: \t 2 \t\r\n\r\n",
		"Content-Length: 2\n\n",
		"Content-Length: 2\r\n\n",
		"Content-Length: 0002\r\n\r\n",
		"Content-Length: 2\r\nContent-Length: 2\r\n\r\n",
		"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n",
		"X-Empty:\r\nContent-Length: 2\r\nX: a:b\r\n\r\n",
		"azAZ09!#$%&'*+-.^_`|~: every sort of character that a name can have\r\nContent-Length: 2\r\n\r\n",
		"Content-Length: 2\r\nX: " + strings.Repeat("a", 8<<10-26) + "\r\n\r\n",
	} {
		got, err := messages(jsonrpc.Headers, header+"{}"+header+"[]")
		require.Equal(t, io.EOF, err, header)
		require.Equal(t, []string{header + "{}", header + "[]"}, got)
	}
}

func TestHeadersThatAreNone(t *testing.T) {
	for header, want := range map[string]string{
		"\r\n{}":                                            "the header has no Content-Length",
		"Content-Type: text/plain\r\n\r\n":                  "the header has no Content-Length",
		"hello\r\n\r\n":                                     `a line of the header is "hello": want name: value, wrong protocol?`,
		": 2\r\n\r\n":                                       `a line of the header is ": 2": want name: value, wrong protocol?`,
		"X@Y: 2\r\n\r\n":                                    `a line of the header is "X@Y: 2": want name: value, wrong protocol?`,
		"X[Y: 2\r\n\r\n":                                    `a line of the header is "X[Y: 2": want name: value, wrong protocol?`,
		"X/Y: 2\r\n\r\n":                                    `a line of the header is "X/Y: 2": want name: value, wrong protocol?`,
		strings.Repeat("x", 60) + "\r\n\r\n":                `a line of the header is "` + strings.Repeat("x", 60) + `": want name: value, wrong protocol?`,
		strings.Repeat("x", 61) + "\r\n\r\n":                `a line of the header is "` + strings.Repeat("x", 60) + `"... (61 bytes): want name: value, wrong protocol?`,
		"Content-Length : 2\r\n\r\n":                        `a line of the header is "Content-Length : 2": want name: value, wrong protocol?`,
		" Content-Length: 2\r\n\r\n":                        `a line of the header is " Content-Length: 2": want name: value, wrong protocol?`,
		"Content-Length: abc\r\n\r\n":                       `Content-Length is "abc": want decimal digits`,
		"Content-Length: \r\n\r\n":                          `Content-Length is "": want decimal digits`,
		"Content-Length: -2\r\n\r\n":                        `Content-Length is "-2": want decimal digits`,
		"Content-Length: +2\r\n\r\n":                        `Content-Length is "+2": want decimal digits`,
		"Content-Length: 0x2\r\n\r\n":                       `Content-Length is "0x2": want decimal digits`,
		"Content-Length: 2, 2\r\n\r\n":                      `Content-Length is "2, 2": want decimal digits`,
		"Content-Length: 1_0\r\n\r\n":                       `Content-Length is "1_0": want decimal digits`,
		"Content-Length: ٢\r\n\r\n":                         `Content-Length is "٢": want decimal digits`,
		"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ": "Content-Length is 2 and 3: want one",
		"Content-Length: 0\r\nContent-Length: 2\r\n\r\n{}":  "Content-Length is 0 and 2: want one",
		"Content-Length: 2\r\n":                             "unexpected EOF: the header has no blank line",
		"Content-Len":                                       "unexpected EOF: no terminator: wrong protocol?",
		"Content-Length: 5\r\n\r\n{}":                       "unexpected EOF: 3 of the body's 5 bytes are missing",
		"Content-Length: 5\r\n\r\n":                         "unexpected EOF: 5 of the body's 5 bytes are missing",
		"Content-Length: 1048577\r\n\r\n":                   "message too large: a header of 27 bytes and Content-Length: 1048577 are more than 1048576 bytes",
		strings.Repeat("X: y\r\n", 2000):                    "message too large: more than 8192 bytes of header without a blank line",
		"X: " + strings.Repeat("y", 1<<20):                  "message too large: more than 8192 bytes of header without a blank line",
	} {
		got, err := messages(jsonrpc.Headers, header)
		require.EqualError(t, err, want, "%.60q", header)
		require.Empty(t, got)
	}
}

// TestLengthsCostNothing: what a header announces is not allocated, nor read
// for.
func TestLengthsCostNothing(t *testing.T) {
	for _, length := range []string{"2147483647", "4611686018427387904", "9223372036854775807", "100000000000000000000"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		message, err := jsonrpc.Headers.ReadMessage(
			bufio.NewReader(strings.NewReader("Content-Length: "+length+"\r\n\r\n{}")), math.MaxInt)
		runtime.ReadMemStats(&after)
		require.Error(t, err, length)
		require.LessOrEqual(t, len(message), 64)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20), length)
	}
}

func TestValuesAreCutApart(t *testing.T) {
	for stream, want := range map[string][]string{
		`{"a":{}}{"b":[]}[1]`:        {`{"a":{}}`, `{"b":[]}`, `[1]`},
		" {\"a\":\t1}\n\r\n[] ":      {"{\"a\":\t1}", `[]`},
		`{"a":"}]\"\\"}"x""\"{"{}`:   {`{"a":"}]\"\\"}`, `"x"`, `"\"{"`, `{}`},
		`1 23{}4[]-5.0e+1"x"6`:       {`1`, `23`, `{}`, `4`, `[]`, `-5.0e+1`, `"x"`, `6`},
		`truefalsenull1null {}`:      {`true`, `false`, `null`, `1null`, `{}`},
		`hello,{}}]:[1}nul `:         {`hello`, `,`, `{}`, `}`, `]`, `:`, `[1}`, `nul`},
		`trueish`:                    {`true`, `ish`},
		strings.Repeat("9", 100_000): {strings.Repeat("9", 100_000)},
		strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "{}": {strings.Repeat("[", 5000) + strings.Repeat("]", 5000), `{}`},
		"   \n": nil,
	} {
		got, err := messages(jsonrpc.Values, stream)
		require.Equal(t, io.EOF, err, "%.60q", stream)
		require.Equal(t, want, got)
	}
}

func TestValuesThatHaveNoEnd(t *testing.T) {
	for _, stream := range []string{`{`, `{"a":1`, `"x`, `["\"]`, `{"a":"}`} {
		got, err := messages(jsonrpc.Values, stream)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF, stream)
		require.Empty(t, got)
	}
}

// TestNothingIsReadPastAMessage: every message is whole as soon as its bytes
// are there, though the stream blocks behind them.
func TestNothingIsReadPastAMessage(t *testing.T) {
	for _, p := range framings {
		for _, text := range []string{`{"a":"b"}`, `[1,2]`, `"x"`} {
			message := framed(p, text)
			r := bufio.NewReader(io.MultiReader(strings.NewReader(message), mustNotRead{t}))
			got, err := p.ReadMessage(r, len(message))
			require.NoError(t, err)
			require.Equal(t, message, string(got), p)
		}
	}
}

type mustNotRead struct{ t *testing.T }

func (r mustNotRead) Read([]byte) (int, error) {
	r.t.Error("read past the message")
	return 0, io.EOF
}

func TestFrameRefusesWhatCannotTravel(t *testing.T) {
	for _, c := range []struct {
		p       jsonrpc.Protocol
		payload string
		want    string
	}{
		{jsonrpc.Lines, "{\n}", "a line cannot carry the newline at byte 1 of the payload"},
		{jsonrpc.Lines, "\n{}", "a line cannot carry the newline at byte 0 of the payload"},
		{jsonrpc.Lines, " ", "a blank line is no message: there is nothing in the payload"},
		{jsonrpc.Values, "12", `a stream of values cannot carry "12": want a JSON object, array or string`},
		{jsonrpc.Values, "", `a stream of values cannot carry "": want a JSON object, array or string`},
		{jsonrpc.Values, "{}{}", `a stream of values cannot carry "{}{}": want a JSON object, array or string`},
	} {
		_, err := c.p.Frame([]byte(c.payload))
		require.EqualError(t, err, c.want)
	}
}

func TestFrameLeavesThePayloadAlone(t *testing.T) {
	backing := []byte(`{}xyz`)
	for _, p := range framings {
		message, err := p.Frame(backing[:2])
		require.NoError(t, err)
		require.Equal(t, framed(p, "{}"), string(message))
		require.Equal(t, "{}xyz", string(backing))
	}
}

func TestPayloadAndReply(t *testing.T) {
	for _, p := range framings {
		payload, err := p.Payload([]byte(framed(p, request)))
		require.NoError(t, err)
		require.Equal(t, request, string(payload))
		for payload, want := range map[string]string{
			`{"jsonrpc":"2.0", "result":{} }`:        `{"jsonrpc":"2.0", "result":{} ,"id":"r1"}`,
			`{"error":{"code":1,"message":"no"}}`:    `{"error":{"code":1,"message":"no"},"id":"r1"}`,
			`{"jsonrpc":"2.0","result":1,"id":null}`: `{"jsonrpc":"2.0","result":1,"id":null}`,
			`{"jsonrpc":"2.0","method":"progress"}`:  `{"jsonrpc":"2.0","method":"progress"}`,
			`[{"jsonrpc":"2.0","result":1}]`:         `[{"jsonrpc":"2.0","result":1}]`,
		} {
			got, err := p.Reply([]byte(framed(p, request)), []byte(payload))
			require.NoError(t, err)
			require.Equal(t, framed(p, want), string(got))
		}
	}
	_, err := jsonrpc.Headers.Payload([]byte("Content-Length: 2\r\nContent-Type: a/b; charset=latin1\r\n\r\n{}"))
	require.EqualError(t, err, `Content-Type has the charset "latin1": want utf-8`)
}

func TestZeroProtocolIsRefused(t *testing.T) {
	err := faultdaemon.New("", faultdaemon.Config{Protocol: jsonrpc.Protocol{}}).Start()
	require.ErrorContains(t, err, "use jsonrpc.Lines, jsonrpc.Headers or jsonrpc.Values")
}

func TestStrings(t *testing.T) {
	require.Equal(t, "[jsonrpc.Lines jsonrpc.Headers jsonrpc.Values]", fmt.Sprint(framings))
}

// fuzz reads streams: no panic, nothing lost and nothing made up, memory for
// what arrives and no more, and what was read reads again.
func fuzz(f *testing.F, p jsonrpc.Protocol) {
	for _, seed := range []string{
		"", "\n", "{}\n", `{"jsonrpc":"2.0","method":"m","id":1}`, "Content-Length: 2\r\n\r\n{}",
		"Content-Length: 4611686018427387904\r\n\r\n", "content-length:2\n\n[]x", `[1,"]"]{"a":"\""}null1 `, "\"\\", "}}",
	} {
		f.Add([]byte(seed), 1<<20)
	}
	handle := p.Handler(sample)
	f.Fuzz(func(t *testing.T, stream []byte, limit int) {
		limit = max(0, min(limit, 1<<20))
		if message, err := p.Frame(stream); err == nil {
			got, err := p.ReadMessage(bufio.NewReader(bytes.NewReader(message)), len(message))
			require.NoError(t, err)
			require.Equal(t, string(message), string(got))
		}
		r := bufio.NewReaderSize(bytes.NewReader(stream), 16)
		rest := stream
		for {
			got, err := p.ReadMessage(r, limit)
			message := bytes.Clone(got)
			at := bytes.Index(rest, message)
			require.GreaterOrEqual(t, at, 0, "made up")
			require.Empty(t, bytes.Trim(rest[:at], " \t\r\n"), "lost")
			if err != nil {
				return
			}
			require.NotEmpty(t, message)
			require.LessOrEqual(t, len(message), limit)
			rest = rest[at+len(message):]
			again, err := p.ReadMessage(bufio.NewReader(bytes.NewReader(message)), limit)
			require.NoError(t, err)
			require.Equal(t, message, again)
			handle(message)
			p.ExpectsReply(message)
			jsonrpc.AfterHandshake(message)
		}
	})
}

func FuzzLines(f *testing.F)   { fuzz(f, jsonrpc.Lines) }
func FuzzHeaders(f *testing.F) { fuzz(f, jsonrpc.Headers) }
func FuzzValues(f *testing.F)  { fuzz(f, jsonrpc.Values) }
