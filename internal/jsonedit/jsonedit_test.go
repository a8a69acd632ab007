package jsonedit_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

func TestFirstString(t *testing.T) {
	for text, want := range map[string]string{
		`"a"`:                       `a`,
		`""`:                        ``,
		`{"id":1,"name":"pong"}`:    `pong`,
		`{"a":{"b":["c"]},"d":"e"}`: `c`,
		`{"a" : 1, "b"	:"c"}`:       `c`,
		`["a","b"]`:                 `a`,
		`{"quo\"te:":1,"b":"c\"d"}`: `c\"d`,
		`{"a\\":"b\\"}`:             `b\\`,
		`{"a":"\u003a","b":"c"}`:    `\u003a`,
		`[":"]`:                     `:`,
		`[" ",":"]`:                 ` `,
	} {
		start, end, found := jsonedit.FirstString([]byte(text))
		require.True(t, found, text)
		require.Equal(t, want, text[start:end])
	}
	for _, text := range []string{`{}`, `[]`, `{"a":1}`, `{"a":{"b":[true,null]}}`, `12`, ``} {
		_, _, found := jsonedit.FirstString([]byte(text))
		require.False(t, found, text)
	}
}

func TestAddMember(t *testing.T) {
	for object, want := range map[string]string{
		`{}`:            `{"n":1}`,
		`{ }`:           `{ "n":1}`,
		`{"a":"}"}`:     `{"a":"}","n":1}`,
		` {"a":{}} `:    ` {"a":{},"n":1} `,
		"{\"a\":1\n}\n": "{\"a\":1\n,\"n\":1}\n",
	} {
		require.Equal(t, want, string(jsonedit.AddMember([]byte(object), `"n"`, `1`)))
	}
}

func TestData(t *testing.T) {
	for text, want := range map[string]string{
		`pong`:      `{"data":"pong"}`,
		`"pong"`:    `{"data":"pong"}`,
		` [1, 2] `:  `{"data":[1, 2]}`,
		`{"a":1}`:   `{"data":{"a":1}}`,
		``:          `{"data":""}`,
		`say "hi"`:  `{"data":"say \"hi\""}`,
		"\x00 \xff": `{"data":"\u0000 \ufffd"}`,
	} {
		require.Equal(t, want, string(jsonedit.Data([]byte(text))))
	}
}

func TestPad(t *testing.T) {
	require.Equal(t, `{   "a":1}`, string(jsonedit.Pad([]byte(`{"a":1}`), 10)))
	require.Equal(t, ` [  ]`, string(jsonedit.Pad([]byte(` []`), 5)))
	require.Equal(t, `{"a":1}`, string(jsonedit.Pad([]byte(`{"a":1}`), 7)))
	require.Equal(t, `{"a":1}`, string(jsonedit.Pad([]byte(`{"a":1}`), 0)))
}

func TestIsObject(t *testing.T) {
	for text, want := range map[string]bool{`{}`: true, " \t\r\n{}": true, `[{}]`: false, `"{"`: false, ``: false, ` `: false} {
		require.Equal(t, want, jsonedit.IsObject([]byte(text)), text)
	}
}

// firstString finds the first string value with the decoder of package json.
func firstString(text []byte) (string, bool) {
	type level struct{ object, wantsName bool }
	var levels []level
	for d := json.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.Token()
		if err == io.EOF {
			return "", false
		}
		top := len(levels) - 1
		isName := top >= 0 && levels[top].object && levels[top].wantsName
		switch token := token.(type) {
		case json.Delim:
			if token == '}' || token == ']' {
				levels = levels[:top]
				continue
			}
			if top >= 0 {
				levels[top].wantsName = true
			}
			levels = append(levels, level{object: token == '{', wantsName: true})
			continue
		case string:
			if !isName {
				return token, true
			}
		}
		if top >= 0 {
			levels[top].wantsName = !isName
		}
	}
}

// FuzzEdits holds every edit against package json: what was promised has
// changed and nothing else.
func FuzzEdits(f *testing.F) {
	for _, text := range []string{
		`{"id":1,"name":"pong"}`, `{"a":{"b":["c"]}}`, `[1,"\"",{}]`, `{}`, `[]`, `"x"`, `12`, `pong`,
		` { "a" : [ { "b" : "\\" } ] , "c" : "d" } `, `{"a":"\ud834\udd1e"}`,
	} {
		f.Add([]byte(text), 40)
	}
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		if size > 1<<16 {
			t.Skip("the size is no matter")
		}
		original := string(text)
		data := jsonedit.Data(text)
		var wrapped map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(data, &wrapped))
		require.Len(t, wrapped, 1)
		if !json.Valid(text) {
			var back string
			require.NoError(t, json.Unmarshal(wrapped["data"], &back))
			require.Equal(t, perByte(original), back)
			return
		}
		require.Equal(t, compact(t, text), compact(t, wrapped["data"]))

		want, exists := firstString(text)
		start, end, found := jsonedit.FirstString(text)
		require.Equal(t, exists, found)
		if found {
			var got string
			require.NoError(t, json.Unmarshal([]byte(`"`+original[start:end]+`"`), &got))
			require.Equal(t, want, got)
			changed := jsonedit.Insert(text, start, `new\n`)
			require.Equal(t, original[:start]+`new\n`+original[start:], string(changed))
			again, _ := firstString(changed)
			require.Equal(t, "new\n"+want, again)
		}
		if jsonedit.IsObject(text) {
			added := jsonedit.AddMember(text, `"added"`, `"here"`)
			var before, after map[string]json.RawMessage
			require.NoError(t, json.Unmarshal(text, &before))
			require.NoError(t, json.Unmarshal(added, &after))
			before["added"] = json.RawMessage(`"here"`)
			require.Equal(t, before, after)
		}
		if first := bytes.TrimLeft(text, " \t\r\n")[0]; first == '{' || first == '[' {
			padded := jsonedit.Pad(text, size)
			require.Len(t, padded, max(size, len(text)))
			require.Equal(t, compact(t, text), compact(t, padded))
		}
		require.Equal(t, original, string(text), "the text that was given is left alone")
	})
}

// perByte replaces every byte that is no UTF-8 by U+FFFD.
func perByte(s string) string { return string([]rune(s)) }

func compact(t *testing.T, text []byte) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, json.Compact(&out, text))
	return out.String()
}
