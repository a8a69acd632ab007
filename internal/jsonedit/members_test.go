package jsonedit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

func TestMembers(t *testing.T) {
	for text, want := range map[string][]string{
		`{}`:                                   nil,
		` { } `:                                nil,
		`[1]`:                                  nil,
		`"{"`:                                  nil,
		`{"a":1}`:                              {"a=1"},
		" {\n\"a\" : -1.5e3 , \"b\":\ttrue } ": {"a=-1.5e3", "b=true"},
		`{"a":{"b":[1,{"c":"}"}]},"d":"]\"}"}`: {`a={"b":[1,{"c":"}"}]}`, `d="]\"}"`},
		`{"\u0069d":null,"id":[],"":{}}`:       {"id=null", "id=[]", "={}"},
	} {
		var got []string
		for _, m := range jsonedit.Members([]byte(text)) {
			require.Equal(t, byte('"'), text[m.NameStart])
			got = append(got, m.Name+"="+text[m.ValueStart:m.ValueEnd])
		}
		require.Equal(t, want, got, text)
	}
}

func TestEqual(t *testing.T) {
	huge := "1" + strings.Repeat("0", 400)
	for _, same := range [][]string{
		{`1`, `1.0`, `10e-1`, ` 1 `, `0.1E+1`, `100e-2`},
		{`0`, `-0`, `0.000`, `0e999999999999999999999`},
		{`-120`, `-1.2e2`, `-12E1`},
		{huge, `1e400`},
		{`1e99999999999999999999`, `10e99999999999999999998`},
		{`9007199254740993`, `9007199254740993.0`},
		{`"a"`, `"\u0061"`},
		{`{"a":1,"b":[1,2]}`, ` {"b" : [1.0, 2], "a":1}`, `{"a":0,"b":[1,2],"a":1}`},
	} {
		for _, a := range same {
			for _, b := range same {
				require.True(t, jsonedit.Equal([]byte(a), []byte(b)), "%s, %s", a, b)
			}
		}
	}
	different := []string{`1`, `2`, `-1`, `10`, `9007199254740992`, `9007199254740993`, `"1"`, `"A"`, `"a"`, `true`, `false`,
		`null`, `""`, `{}`, `[]`, `{"a":1}`, `{"A":1}`, `{"a":null}`, `[1]`, `[1,2]`, `[2,1]`, `[null]`, `1e400`, `1e401`, `-1e400`}
	for i, a := range different {
		for j, b := range different {
			require.Equal(t, i == j, jsonedit.Equal([]byte(a), []byte(b)), "%s, %s", a, b)
		}
	}
	for _, none := range []string{``, `{`, `1 1`, `ping`, `01`} {
		require.False(t, jsonedit.Equal([]byte(none), []byte(none)), none)
	}
}

// FuzzMembers compares with encoding/json.
func FuzzMembers(f *testing.F) {
	f.Add([]byte(`{"a":{"b":[1,"}"]},"c":"\\\\","a":1e3 , "\\u0061":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var want map[string]json.RawMessage
		if json.Unmarshal(text, &want) != nil || want == nil {
			return
		}
		got := map[string]json.RawMessage{}
		for _, m := range jsonedit.Members(text) {
			got[m.Name] = text[m.ValueStart:m.ValueEnd]
		}
		require.Equal(t, want, got)
		require.True(t, jsonedit.Equal(text, text))
	})
}

// Fields agrees with package json on names, escaped or not, and gives values as they
// stand.
func TestFields(t *testing.T) {
	type field struct{ name, value string }
	for text, want := range map[string][]field{
		`{}`:                          nil,
		`[1]`:                         nil,
		`"a"`:                         nil,
		`{"a":1,"b":"x,y"}`:           {{"a", "1"}, {"b", `"x,y"`}},
		` { "a" : [1, 2] , "a":{} } `: {{"a", "[1, 2]"}, {"a", "{}"}},
		`{"\u0069d":null,"":true}`:    {{"id", "null"}, {"", "true"}},
		"{\"\xff\":1}":                {{"\ufffd", "1"}},
	} {
		var got []field
		for name, value := range jsonedit.Fields([]byte(text)) {
			got = append(got, field{string(name), string(value)})
		}
		require.Equal(t, want, got, text)
	}
}

func TestUnquote(t *testing.T) {
	for text, want := range map[string]string{`"a"`: "a", `""`: "", `"\""`: `"`, `"\u00e4\n"`: "ä\n"} {
		got, ok := jsonedit.Unquote([]byte(text))
		require.True(t, ok, text)
		require.Equal(t, want, string(got))
	}
	for _, text := range []string{``, `"`, `1`, `null`, `"a`, `{"a":1}`} {
		_, ok := jsonedit.Unquote([]byte(text))
		require.False(t, ok, text)
	}
}
