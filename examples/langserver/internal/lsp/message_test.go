package lsp_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

func TestDecode(t *testing.T) {
	for text, want := range map[string]lsp.Message{
		`{"jsonrpc":"2.0","id":1,"method":"a","params":[1]}`: {Version: "2.0", ID: []byte("1"), Method: "a", Params: []byte("[1]")},
		`{"jsonrpc":"2.0","method":"a"}`:                     {Version: "2.0", Method: "a"},
		` {"result":null,"id":"x","jsonrpc":"2.0","span":7}`: {Version: "2.0", ID: []byte(`"x"`), Result: []byte("null")},
		`{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":"no"}}`: {
			Version: "2.0", ID: []byte("null"), Error: &lsp.Error{Code: -1, Message: "no"}},
		`{"jsonrpc":"2.0","id":1,"result":2,"error":null}`: {Version: "2.0", ID: []byte("1"), Result: []byte("2")},
	} {
		m, err := lsp.Decode([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, want, m, text)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		``:                                    "unexpected end of JSON input",
		`[]`:                                  "cannot unmarshal array",
		`{} {}`:                               "invalid character '{'",
		`{"id":1,"result":2}`:                 `it is of JSON-RPC "": want 2.0`,
		`{"jsonrpc":2.0,"id":1,"result":2}`:   "its member jsonrpc: ",
		`{"Jsonrpc":"2.0","Id":1,"Result":2}`: `it is of JSON-RPC "": want 2.0`,
		`{"jsonrpc":"2.0","id":1}`:            "it has neither a method, a result nor an error",
		`{"jsonrpc":"2.0","id":1,"method":"a","result":2}`: "it is a request and a response at once",
		`{"jsonrpc":"2.0","result":2}`:                     "it is a response and has no id",
		`{"jsonrpc":"2.0","id":1,"error":"no"}`:            "its member error: ",
		"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\"}":        "it is not UTF-8",
	} {
		_, err := lsp.Decode([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}

func TestEncode(t *testing.T) {
	m, err := lsp.Request([]byte("7"), "a", lsp.CancelParams{ID: 1})
	require.NoError(t, err)
	message, err := m.Encode()
	require.NoError(t, err)
	assert.Equal(t, "Content-Length: 55\r\n\r\n"+`{"jsonrpc":"2.0","id":7,"method":"a","params":{"id":1}}`, string(message))

	m, err = lsp.Request(nil, "a", strings.Repeat("x", lsp.MaxBytes))
	require.NoError(t, err)
	_, err = m.Encode()
	assert.ErrorContains(t, err, "is longer than 1048576")
}

func TestErrorSaysWhatItHas(t *testing.T) {
	assert.EqualError(t, &lsp.Error{Code: -32601, Message: "no"}, "no (-32601)")
	assert.EqualError(t, &lsp.Error{Code: 3}, "error 3, without a message")
}
