package ndjson_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/framingtest"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// framings are one of each sort: the delimiter white space, NUL, another.
var framings = []ndjson.Framing{ndjson.Lines, ndjson.Delimited(0), ndjson.Delimited(0x1e)}

func TestFraming(t *testing.T) {
	for _, f := range framings {
		t.Run(f.String(), func(t *testing.T) {
			framingtest.Run(t, f, framingtest.Shapes()[1:]...) // the first is blank: no message
		})
	}
}

func TestDelimited(t *testing.T) {
	require.Equal(t, ndjson.Lines, ndjson.Delimited('\n'))
	require.Equal(t, "ndjson.Lines", ndjson.Lines.String())
	require.Equal(t, "ndjson.Delimited(0x00)", ndjson.Delimited(0).String())
	for delim := range 256 {
		err := ndjson.Delimited(byte(delim)).Validate()
		require.Equal(t, delim < ' ', err == nil, "%#x: %v", delim, err)
	}
	err := faultdaemon.New("", ndjson.Delimited('}').Config(nil)).Start()
	require.ErrorContains(t, err, `ndjson.Delimited(0x7d): the text of a message may hold '}': want a control character, below 0x20`)
}

func TestReadMessagePassesBlankLinesOver(t *testing.T) {
	for _, stream := range []struct {
		f    ndjson.Framing
		text string
		want []string
	}{
		{ndjson.Lines, "\n\r\n \t\n{}\n\n\n[1]\r\n\n", []string{"{}\n", "[1]\r\n"}},
		{ndjson.Delimited(0), "\x00\n\x00{\n}\x00\x00", []string{"{\n}\x00"}},
		{ndjson.Lines, "\n\n", nil},
	} {
		r := bufio.NewReader(strings.NewReader(stream.text))
		for _, want := range stream.want {
			got, err := stream.f.ReadMessage(r, 5)
			require.NoError(t, err)
			require.Equal(t, want, string(got))
		}
		got, err := stream.f.ReadMessage(r, 5)
		require.Equal(t, io.EOF, err)
		require.Empty(t, got)
	}
}

// What is read over is one whole message and the blank lines before it, however
// much of it is kept.
func TestSkipMessage(t *testing.T) {
	for _, text := range []string{"{}", `"` + strings.Repeat("x", 20_000) + `"`} {
		for _, keep := range []int{0, 3, 1 << 20} {
			message := text + "\r\n"
			r := bufio.NewReader(strings.NewReader("\n \r\n" + message + "next"))
			got, err := ndjson.Lines.SkipMessage(r, keep)
			require.NoError(t, err)
			require.Equal(t, message[:min(keep, len(message))], string(got))
			got, err = ndjson.Lines.SkipMessage(r, keep)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			require.Equal(t, "next"[:min(keep, 4)], string(got))
		}
	}
}

func TestReadMessageOfABrokenStream(t *testing.T) {
	r := bufio.NewReader(strings.NewReader("\n{}\n{\"id\""))
	_, err := ndjson.Lines.ReadMessage(r, 100)
	require.NoError(t, err)
	got, err := ndjson.Lines.ReadMessage(r, 100)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, `{"id"`, string(got))

	_, err = ndjson.Lines.ReadMessage(bufio.NewReader(strings.NewReader(strings.Repeat(" ", 200)+"\n")), 100)
	require.ErrorIs(t, err, faultdaemon.ErrTooLarge) // a blank line counts by itself
}

func TestFrame(t *testing.T) {
	for _, bad := range []struct {
		f       ndjson.Framing
		payload string
		want    string
	}{
		{ndjson.Lines, "{\n}", "ndjson.Lines: a message cannot carry the delimiter at byte 1 of the payload"},
		{ndjson.Delimited(0), "{}\x00", "ndjson.Delimited(0x00): a message cannot carry the delimiter at byte 2 of the payload"},
		{ndjson.Lines, "", `ndjson.Lines: a message cannot carry the blank payload ""`},
		{ndjson.Lines, " \r", `ndjson.Lines: a message cannot carry the blank payload " \r"`},
	} {
		_, err := bad.f.Frame([]byte(bad.payload))
		require.EqualError(t, err, bad.want)
	}
	got, err := ndjson.Delimited(0).Frame([]byte("{\n}"))
	require.NoError(t, err)
	require.Equal(t, "{\n}\x00", string(got))
}

func TestReplyTakesTheID(t *testing.T) {
	for _, c := range []struct{ request, payload, want string }{
		{`{"id":7}`, `{"ok":true}`, `{"id":7,"ok":true}`},
		{`{"id":1.50e1}`, ` {}`, ` {"id":1.50e1}`},
		{`{"id":{"a":[1]}}`, `{ }`, `{"id":{"a":[1]} }`},
		{`{"id":7}`, `{"id":8}`, `{"id":8}`},
		{`{"ID":7}`, `{"ok":true}`, `{"ok":true}`},
		{`{"id":7}`, `["id"]`, `["id"]`},
		{`ping`, `pong`, `pong`},
	} {
		got, err := ndjson.Lines.Reply([]byte(c.request+"\r\n"), []byte(c.payload))
		require.NoError(t, err)
		require.Equal(t, c.want+"\n", string(got))
	}
	payload, err := ndjson.Lines.Payload([]byte(" {} \r\n"))
	require.NoError(t, err)
	require.Equal(t, "{}", string(payload))
}

// FuzzFraming: nothing panics, nothing is lost, nothing is read past a message,
// and what is framed is read as it was.
func FuzzFraming(f *testing.F) {
	f.Add([]byte("{}\n\n[1]\r\n{"), byte('\n'), 16)
	f.Add([]byte("\x00{\"a\":1}\x00"), byte(0), 3)
	f.Fuzz(func(t *testing.T, stream []byte, delim byte, limit int) {
		framing := ndjson.Delimited(delim)
		limit &= 0xffff
		source := bytes.NewReader(stream)
		r := bufio.NewReader(source)
		for {
			before := len(stream) - source.Len() - r.Buffered()
			message, err := framing.ReadMessage(r, limit)
			after := len(stream) - source.Len() - r.Buffered()
			require.LessOrEqual(t, len(message), limit+1)
			require.Equal(t, string(stream[after-len(message):after]), string(message))
			if err != nil {
				require.Equal(t, len(message) == 0, errors.Is(err, io.EOF))
				break
			}
			require.Greater(t, after, before)
			require.Equal(t, 1, bytes.Count(message, []byte{delim}))
		}
		if framed, err := framing.Frame(stream); err == nil {
			got, err := framing.ReadMessage(bufio.NewReader(bytes.NewReader(framed)), len(framed))
			require.NoError(t, err)
			require.Equal(t, framed, got)
		}
	})
}
