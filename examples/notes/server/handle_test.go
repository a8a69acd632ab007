package server

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHandle(t *testing.T) {
	for _, tt := range []struct{ request, reply string }{
		{`{"id":1,"type":"list"}`, `{"id":1,"ok":true,"notes":["milk"]}`},
		{`{"id":2,"type":"add","key":"a","text":"eggs & ham"}`, `{"id":2,"ok":true}`},
		{`{"id":3,"type":"import","key":"b","texts":["tea"]}`, `{"id":3,"progress":100}|{"id":3,"ok":true}`},
		{`{"id":3,"type":"import","key":"b","texts":["tea","jam"]}`, `{"id":3,"progress":40}|{"id":3,"progress":100}|{"id":3,"ok":true}`},
		{`{"id":3,"type":"import","key":"b","texts":["tea","a\u0007"]}`,
			`{"id":3,"progress":40}|{"id":3,"ok":false,"error":"text 2: a note is one line of text, without control characters: \"a\\a\" has one at byte 1"}`},
		{`{"id":3,"type":"import","key":"b"}`, `{"id":3,"ok":true}`},
		{`{"id":4,"type":"add","key":"c"}`, `{"id":4,"ok":false,"error":"a note has at least one character"}`},
		{`{"id":5,"type":"lits"}`, `{"id":5,"ok":false,"error":"there is no request \"lits\": it is list, add or import"}`},
		{`lits`, `{"id":0,"ok":false,"error":"the request cannot be read: invalid character 'l' looking for beginning of value"}`},
	} {
		var n Notes
		require.NoError(t, n.Add("", "milk"))
		var w bytes.Buffer
		require.NoError(t, n.Handle([]byte(tt.request+"\n"), &w))
		assert.Equal(t, strings.ReplaceAll(tt.reply, "|", "\n")+"\n", w.String())
	}
}

func TestProgressIsAtMostFiveMessages(t *testing.T) {
	for texts, want := range map[int]string{1: "100 ", 3: "20 60 100 ", 5: "20 40 60 80 100 ", 7: "20 40 60 80 100 ", 999: "20 40 60 80 100 "} {
		var n Notes
		var w bytes.Buffer
		require.NoError(t, n.Handle([]byte(`{"id":1,"type":"import","texts":["a"`+strings.Repeat(`,"a"`, texts-1)+`]}`), &w))
		var told strings.Builder
		for line := range strings.Lines(w.String()) {
			if percent, found := strings.CutPrefix(line, `{"id":1,"progress":`); found {
				told.WriteString(strings.TrimSuffix(percent, "}\n") + " ")
			}
		}
		assert.Equal(t, want, told.String(), "of %d", texts)
	}
}

// A client that is gone imports nothing more.
func TestAWriteThatFailsEndsAnImport(t *testing.T) {
	var n Notes
	gone := errors.New("gone")
	err := n.Handle([]byte(`{"id":1,"type":"import","texts":["a","b"]}`), failing{gone})
	assert.ErrorIs(t, err, gone)
	assert.Empty(t, n.List())
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
