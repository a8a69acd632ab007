package jsonedit_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

func cut(text string, spans []jsonedit.Span) (pieces []string) {
	for _, s := range spans {
		pieces = append(pieces, text[s.Start:s.End])
	}
	return pieces
}

func TestElements(t *testing.T) {
	for text, want := range map[string][]string{
		`[]`:                           nil,
		` [ ] `:                        nil,
		`[1]`:                          {"1"},
		` [ {"a":[1,2]} ,"]" , true ]`: {`{"a":[1,2]}`, `"]"`, "true"},
		` {"a":1} `:                    {`{"a":1}`},
		`-1.5 `:                        {"-1.5"},
	} {
		require.Equal(t, want, cut(text, jsonedit.Elements([]byte(text))), text)
	}
}

func TestFree(t *testing.T) {
	for text, want := range map[string][]string{
		`{}`:                               nil,
		`[true,null]`:                      nil,
		`12`:                               {"12"},
		`""`:                               {""},
		` {"a\"b" : -1.5e+3, "c":[2,"]"]}`: {`a\"b`, "-1.5e+3", "c", "2", "]"},
	} {
		require.Equal(t, want, cut(text, jsonedit.Free([]byte(text))), text)
	}
}

// FuzzFree flips a bit of every byte that is syntax: what comes out is no JSON.
func FuzzFree(f *testing.F) {
	for _, text := range []string{`{"a":{"b":[1,"}"]},"c":"\\\"","a":1e3 , "\u0061":null}`, `[1,2,"",[],{}]`, ` "x" `, `-0`, "\ttrue\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			return
		}
		free := make([]bool, len(text))
		for _, s := range jsonedit.Free(text) {
			for i := s.Start; i < s.End; i++ {
				free[i] = true
			}
		}
		for i := range text {
			if flipped := bytes.Clone(text); !free[i] {
				flipped[i] ^= 1
				require.False(t, json.Valid(flipped), "%q, byte %d", text, i)
			}
		}
	})
}
