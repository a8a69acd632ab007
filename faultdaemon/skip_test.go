package faultdaemon_test

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A skipped is a message that is read and not kept whole, or not at all.
type skipped struct {
	stream     string
	keep       int
	want, rest string
	err        string // what it is to say, "" for none
}

// isSkipped skips the message from a reader with a buffer of 16 bytes, however few
// bytes come at a time.
func (s skipped) isSkipped(t *testing.T, skip func(*bufio.Reader) ([]byte, error)) {
	t.Helper()
	for way, reader := range readers {
		r := bufio.NewReaderSize(reader(strings.NewReader(s.stream)), 16)
		got, err := skip(r)
		if s.err != "" {
			require.EqualError(t, err, s.err, "%q %s", s.stream, way)
		} else {
			require.NoError(t, err, "%q %s", s.stream, way)
		}
		require.Equal(t, s.want, string(got), "%q %s", s.stream, way)
		rest, err := io.ReadAll(r)
		require.NoError(t, err)
		require.Equal(t, s.rest, string(rest), "%q %s", s.stream, way)
	}
}

func TestLinesSkipMessage(t *testing.T) {
	const noTerminator = "unexpected EOF: no terminator: wrong protocol?"
	for _, s := range []skipped{
		{stream: "ping\nnext\n", keep: 100, want: "ping\n", rest: "next\n"},
		{stream: "ping\nnext\n", keep: 5, want: "ping\n", rest: "next\n"},
		{stream: "ping\nnext\n", keep: 4, want: "ping", rest: "next\n"},
		{stream: "ping\nnext\n", keep: 0, want: "", rest: "next\n"},
		{stream: "\nnext\n", keep: 9, want: "\n", rest: "next\n"},
		{stream: lineOf(16) + "next\n", keep: 99, want: lineOf(16), rest: "next\n"},
		{stream: lineOf(17) + "\n", keep: 99, want: lineOf(17), rest: "\n"},
		{stream: lineOf(50) + "next\n", keep: 99, want: lineOf(50), rest: "next\n"},
		{stream: lineOf(50) + "next\n", keep: 20, want: strings.Repeat("x", 20), rest: "next\n"},
		{stream: lineOf(50) + "next\n", keep: 16, want: strings.Repeat("x", 16), rest: "next\n"},
		{stream: "", keep: 9, want: "", err: "EOF"},
		{stream: "ping", keep: 9, want: "ping", err: noTerminator},
		{stream: strings.Repeat("x", 40), keep: 20, want: strings.Repeat("x", 20), err: noTerminator},
	} {
		s.isSkipped(t, func(r *bufio.Reader) ([]byte, error) {
			return faultdaemon.Lines.(faultdaemon.Skipper).SkipMessage(r, s.keep)
		})
	}
}

func TestSkipBytes(t *testing.T) {
	for _, s := range []skipped{
		{stream: "pingnext", keep: 100, want: "<ping", rest: "next"},
		{stream: "pingnext", keep: 5, want: "<ping", rest: "next"},
		{stream: "pingnext", keep: 3, want: "<pi", rest: "next"},
		{stream: "pingnext", keep: 0, want: "<", rest: "next"},
		{stream: "pin", keep: 100, want: "<pin", err: "unexpected EOF: 1 bytes of the message are missing"},
		{stream: "", keep: 2, want: "<", err: "unexpected EOF: 4 bytes of the message are missing"},
	} {
		s.isSkipped(t, func(r *bufio.Reader) ([]byte, error) { return faultdaemon.SkipBytes(r, []byte("<"), 4, s.keep) })
	}
	s := skipped{stream: strings.Repeat("x", 50) + "next", keep: 30, want: "<" + strings.Repeat("x", 29), rest: "next"}
	s.isSkipped(t, func(r *bufio.Reader) ([]byte, error) { return faultdaemon.SkipBytes(r, []byte("<"), 50, s.keep) })
	s = skipped{stream: "next", keep: 30, want: "<", rest: "next"}
	s.isSkipped(t, func(r *bufio.Reader) ([]byte, error) { return faultdaemon.SkipBytes(r, []byte("<"), 0, s.keep) })
}
