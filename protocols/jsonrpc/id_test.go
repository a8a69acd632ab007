package jsonrpc

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIDs(t *testing.T) {
	const not = "" // the function says that it does not fire
	for _, c := range []struct{ id, other, next, retyped, float string }{
		{`0`, `1000000`, `1`, `"0"`, `0.0`},
		{`-1`, `999999`, `0`, `"-1"`, `-1.0`},
		{`9223372036854775807`, `9223372036855775807`, `9223372036854775808`, `"9223372036854775807"`, `9223372036854775807.0`},
		{`1.5`, `1000000`, not, `"1.5"`, not},
		{`1e3`, `1000000`, not, `"1e3"`, not},
		{`null`, `1000000`, not, `"null"`, not},
		{`"7"`, `"7-1000000"`, `"8"`, `7`, not},
		{`"007"`, `"007-1000000"`, `"008"`, not, not},
		{`"-7"`, `"-7-1000000"`, `"-8"`, `-7`, not},
		{`"a99"`, `"a99-1000000"`, `"a100"`, not, not},
		{`"a"`, `"a-1000000"`, not, not, not},
		{`""`, `"-1000000"`, not, not, not},
		{`"\u0031"`, `"\u0031-1000000"`, not, not, not},
		{``, `1000000`, not, not, not},
	} {
		require.Equal(t, c.other, otherID(c.id), c.id)
		for name, f := range map[string]struct {
			of   func(string) (string, error)
			want string
		}{"next": {nextID, c.next}, "retyped": {retypedID, c.retyped}, "float": {floatID, c.float}} {
			got, err := f.of(c.id)
			require.Equal(t, f.want, got, "%s of %s", name, c.id)
			require.Equal(t, f.want == not, err != nil, "%s of %s: %v", name, c.id, err)
		}
	}
}

func TestObjectsKeepWhatTheyHold(t *testing.T) {
	const text = `{"b":1.0,"a":"\u0061\/","":[ 1 , 2 ],"a\n":{"x": 9007199254740993}}`
	o, ok := readObject([]byte(" " + text))
	require.True(t, ok)
	require.Equal(t, text, string(o.text()))
	require.Equal(t, `{"b":1.0,"a":2,"":[ 1 , 2 ],"a\n":{"x": 9007199254740993}}`, string(o.with("a", "2").text()))
	require.Equal(t, text, string(o.text()), "with changed its receiver")
	require.Equal(t, `{"":[ 1 , 2 ]}`, string(o.without("a", "b", "a\n").text()))
	require.Equal(t, text, string(o.text()), "without changed its receiver")
	require.Equal(t, `{"c":3,"a":"\u0061\/","":[ 1 , 2 ],"a\n":{"x": 9007199254740993}}`, string(o.replaced("b", "c", "3").text()))
	require.Equal(t, text[:len(text)-1]+`,"c":3}`, string(o.replaced("none", "c", "3").text()))
	require.Equal(t, text, string(o.text()), "replaced changed its receiver")
	first := object{{"b", "1.0"}}
	require.True(t, first.has("b"))
	require.Equal(t, "1.0", first.get("b"))
	require.Equal(t, `{"b":2}`, string(first.with("b", "2").text()))
	for _, no := range []string{``, `[]`, `1`, `{"a"`, `{"a":1`, `{"a":x}`, `null`} {
		_, ok := readObject([]byte(no))
		require.False(t, ok, no)
	}
}
