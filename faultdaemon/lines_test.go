package faultdaemon_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// readers are the ways in which a stream's bytes may arrive.
var readers = map[string]func(io.Reader) io.Reader{
	"at once":              func(r io.Reader) io.Reader { return r },
	"byte by byte":         iotest.OneByteReader,
	"by halves":            iotest.HalfReader,
	"with the end at once": iotest.DataErrReader,
}

func TestLinesReadMessage(t *testing.T) {
	long := lineOf(3*4096 + 5)
	for _, test := range []struct {
		name, stream string
		limit        int
		want, rest   string
		err          error
		text         string
	}{
		{name: "a line", stream: "ping\n", limit: 5, want: "ping\n"},
		{name: "two lines", stream: "one\ntwo\n", limit: 100, want: "one\n", rest: "two\n"},
		{name: "an empty line", stream: "\nx", limit: 1, want: "\n", rest: "x"},
		{name: "a carriage return", stream: "ping\r\n", limit: 6, want: "ping\r\n"},
		{name: "any bytes", stream: "\x00\xff{\n", limit: 4, want: "\x00\xff{\n"},
		{name: "longer than a buffer", stream: long + "next\n", limit: len(long), want: long, rest: "next\n"},
		{name: "exactly a buffer", stream: lineOf(4096) + "next\n", limit: 4096, want: lineOf(4096), rest: "next\n"},
		{name: "nothing", limit: 10, err: io.EOF, text: "EOF"},
		{name: "no terminator", stream: "ping", limit: 10, want: "ping", err: io.ErrUnexpectedEOF,
			text: "unexpected EOF: no terminator: wrong protocol?"},
		{name: "no terminator in many buffers", stream: strings.Repeat("x", 9000), limit: 9000,
			want: strings.Repeat("x", 9000), err: io.ErrUnexpectedEOF, text: "unexpected EOF: no terminator: wrong protocol?"},
		{name: "one too many", stream: "ping\n", limit: 4, want: "ping\n", err: faultdaemon.ErrTooLarge,
			text: "message too large: more than 4 bytes before the terminator"},
		{name: "too many by far", stream: lineOf(5000), limit: 7, want: "xxxxxxxx", rest: lineOf(4992), err: faultdaemon.ErrTooLarge,
			text: "message too large: more than 7 bytes before the terminator"},
		{name: "too many and no end", stream: strings.Repeat("x", 12), limit: 11, want: strings.Repeat("x", 12),
			err: faultdaemon.ErrTooLarge, text: "message too large: more than 11 bytes before the terminator"},
	} {
		for way, reader := range readers {
			t.Run(test.name+" "+way, func(t *testing.T) {
				r := bufio.NewReader(reader(strings.NewReader(test.stream)))
				got, err := faultdaemon.Lines.ReadMessage(r, test.limit)
				require.ErrorIs(t, err, test.err)
				if test.err != nil {
					require.EqualError(t, err, test.text)
				}
				require.Equal(t, test.want, string(got))
				rest, err := io.ReadAll(r)
				require.NoError(t, err)
				require.Equal(t, test.rest, string(rest), "not a byte more")
			})
		}
	}
}

// What the reader reports in the middle of a message comes out as it is, with
// what there was.
func TestLinesReadMessageKeepsTheReadersError(t *testing.T) {
	r := bufio.NewReader(io.MultiReader(strings.NewReader("pi"), iotest.ErrReader(errTest)))
	got, err := faultdaemon.Lines.ReadMessage(r, 10)
	require.Equal(t, errTest, err)
	require.Equal(t, "pi", string(got))
}

func TestLinesFrame(t *testing.T) {
	payload := make([]byte, 4, 100)
	copy(payload, "ping")
	got, err := faultdaemon.Lines.Frame(payload)
	require.NoError(t, err)
	require.Equal(t, "ping\n", string(got))
	require.Equal(t, byte(0), payload[:5][4], "the caller's array is left alone")
	_, err = faultdaemon.Lines.Frame([]byte("two\nlines"))
	require.EqualError(t, err, "a line cannot carry the newline at byte 3 of the payload")
	_, err = faultdaemon.Lines.Frame([]byte("\none"))
	require.EqualError(t, err, "a line cannot carry the newline at byte 0 of the payload")
	require.True(t, faultdaemon.Lines.ExpectsReply([]byte("anything\n")))
	require.Nil(t, faultdaemon.Lines.Catalogue())
}

// A rendering leaves the reply alone that it is given.
func TestLinesRenderingsCopy(t *testing.T) {
	for _, text := range []string{`{"name":"pong"}`, "pong", `["a"]`, "{}"} {
		backing := []byte(text + "\nthe next message of R\n")
		reply := backing[:len(text)+1]
		require.NoError(t, errors.Join(render(reply)...))
		require.Equal(t, text+"\nthe next message of R\n", string(backing))
	}
}

// render makes every rendering of a reply.
func render(reply []byte) (errs []error) {
	add := func(_ []byte, err error) { errs = append(errs, err) }
	add(faultdaemon.Lines.(faultdaemon.GarbageRenderer).Garbage(nil, reply))
	add(faultdaemon.Lines.(faultdaemon.WithoutTerminatorRenderer).WithoutTerminator(nil, reply))
	add(faultdaemon.Lines.(faultdaemon.TooLargeRenderer).TooLarge(nil, reply, 100))
	add(faultdaemon.Lines.(faultdaemon.InvalidJSONRenderer).InvalidJSON(nil, reply))
	add(faultdaemon.Lines.(faultdaemon.EmbeddedNewlinesRenderer).EmbeddedNewlines(nil, reply))
	add(faultdaemon.Lines.(faultdaemon.MultilineRenderer).Multiline(nil, reply))
	return errs
}

// bare is a protocol that can render nothing.
type bare struct{ lines faultdaemon.Protocol }

func (p bare) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	return p.lines.ReadMessage(r, limit)
}
func (p bare) Frame(payload []byte) ([]byte, error) { return p.lines.Frame(payload) }
func (bare) ExpectsReply([]byte) bool               { return true }
func (bare) Catalogue() *faultdaemon.Catalogue      { return nil }

// Where a protocol cannot render what a fault needs, Start says so; every other
// fault is there.
func TestFaultsThatNeedARendering(t *testing.T) {
	needed := map[faultdaemon.Fault]string{
		faultdaemon.FaultCorruptResponse:        "GarbageRenderer",
		faultdaemon.FaultResponseWithoutNewline: "WithoutTerminatorRenderer",
		faultdaemon.FaultResponseTooLarge:       "TooLargeRenderer",
		faultdaemon.FaultInvalidJSON:            "InvalidJSONRenderer",
		faultdaemon.FaultEmbeddedNewlines:       "EmbeddedNewlinesRenderer",
		faultdaemon.FaultMultilineResponse:      "MultilineRenderer",
	}
	for _, info := range faultdaemon.Builtin().All() {
		t.Run(string(info.Name), func(t *testing.T) {
			require.NoError(t, info.Applies(faultdaemon.Lines))
			cfg := faultdaemon.Config{Fault: info.Name, Protocol: bare{faultdaemon.Lines}}
			d := faultdaemon.New("", cfg)
			err := d.Start()
			d.Stop()
			rendering, isNeeded := needed[info.Name]
			if !isNeeded {
				require.NoError(t, err)
				return
			}
			var lacks *faultdaemon.NotApplicableError
			require.ErrorAs(t, err, &lacks)
			require.Equal(t, info.Name, lacks.Fault)
			require.Equal(t, rendering, lacks.Rendering)
			want := "faultdaemon: " + string(info.Name) + " does not apply to faultdaemon_test.bare: it has no " + rendering
			require.EqualError(t, err, want)
			d = faultdaemon.New("", faultdaemon.Config{Protocol: bare{faultdaemon.Lines}})
			require.PanicsWithError(t, want, func() { d.SetFault(info.Name) })
		})
	}
}

// FuzzLines compares ReadMessage with what bytes.IndexByte makes of the whole
// stream, whatever the limit and however the bytes arrive.
func FuzzLines(f *testing.F) {
	f.Add([]byte("ping\nnext"), 10, 16, false)
	f.Add([]byte("no end"), 3, 4096, true)
	f.Add([]byte(lineOf(200)), 199, 50, false)
	f.Add([]byte{}, 0, 0, true)
	f.Fuzz(func(t *testing.T, stream []byte, limit, size int, slow bool) {
		if limit < 0 || size < 0 || size > 1<<16 {
			t.Skip("a limit and a buffer size are no less than 0, and a small buffer finds more")
		}
		var source io.Reader = bytes.NewReader(stream)
		if slow {
			source = iotest.OneByteReader(source)
		}
		r := bufio.NewReaderSize(source, size)
		message, err := faultdaemon.Lines.ReadMessage(r, limit)
		got := bytes.Clone(message)
		require.LessOrEqual(t, cap(message), 2*len(stream)+r.Size()+64, "memory grows with the bytes that came")

		end := bytes.IndexByte(stream, '\n') + 1
		switch {
		case end > 0 && end <= limit:
			require.NoError(t, err)
			require.Equal(t, stream[:end], got)
		case len(stream) > limit:
			require.ErrorIs(t, err, faultdaemon.ErrTooLarge)
			require.Equal(t, stream[:limit+1], got)
		case len(stream) == 0:
			require.Equal(t, io.EOF, err)
		default:
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.Equal(t, stream, got)
		}
		rest, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, string(stream), string(got)+string(rest), "nothing is lost")

		framed, err := faultdaemon.Lines.Frame(stream)
		if bytes.IndexByte(stream, '\n') >= 0 {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		back, err := faultdaemon.Lines.ReadMessage(bufio.NewReader(bytes.NewReader(framed)), len(framed))
		require.NoError(t, err)
		require.Equal(t, append(bytes.Clone(stream), '\n'), back)
		require.NoError(t, errors.Join(render(framed)...))
	})
}
