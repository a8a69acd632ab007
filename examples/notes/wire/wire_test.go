package wire

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadLine(t *testing.T) {
	longest := strings.Repeat("x", MaxLine-1) + "\n"
	for _, tt := range []struct {
		stream, line string
		err          error
	}{
		{"one\ntwo\n", "one\n", nil},
		{"\n", "\n", nil},
		{"", "", io.EOF},
		{"half", "half", io.ErrUnexpectedEOF},
		{longest + "two\n", longest, nil},
		{"x" + longest, "", ErrTooLong},
		{strings.Repeat("x", MaxLine), "", ErrTooLong},
	} {
		line, err := ReadLine(bufio.NewReader(strings.NewReader(tt.stream)))
		require.ErrorIs(t, err, tt.err)
		if !errors.Is(err, ErrTooLong) {
			assert.True(t, string(line) == tt.line, "a line of %d bytes", len(line))
		}
	}
}

// At its limit, ReadLine waits for nothing more.
func TestReadLineStopsAtItsLimit(t *testing.T) {
	never := errors.New("there was another read")
	r := io.MultiReader(strings.NewReader(strings.Repeat("x", MaxLine)), iotest.ErrReader(never))
	_, err := ReadLine(bufio.NewReader(r))
	assert.ErrorIs(t, err, ErrTooLong)
}

func TestSkipLine(t *testing.T) {
	r := bufio.NewReader(strings.NewReader(strings.Repeat("x", 3*MaxLine) + "\ntwo\n"))
	_, err := ReadLine(r)
	require.ErrorIs(t, err, ErrTooLong)
	require.NoError(t, SkipLine(r))
	line, err := ReadLine(r)
	require.NoError(t, err)
	assert.Equal(t, "two\n", string(line))
	assert.ErrorIs(t, SkipLine(r), io.EOF)
}

func TestEncode(t *testing.T) {
	yes, fifty := true, 50
	for want, message := range map[string]any{
		`{"id":1,"type":"list"}`:                       Request{ID: 1, Type: List},
		`{"id":1,"type":"add","key":"k","text":"a&b"}`: Request{ID: 1, Type: Add, Key: "k", Text: "a&b"},
		`{"id":1,"ok":true,"notes":[]}`:                Reply{ID: 1, OK: &yes, Notes: []string{}},
		`{"id":1,"ok":true}`:                           Reply{ID: 1, OK: &yes},
		`{"id":1,"progress":50}`:                       Reply{ID: 1, Progress: &fifty},
	} {
		line, err := Encode(message)
		require.NoError(t, err)
		assert.Equal(t, want+"\n", string(line))
	}
	_, err := Encode(Request{Text: strings.Repeat("x", MaxLine)})
	assert.ErrorIs(t, err, ErrTooLong)
}
