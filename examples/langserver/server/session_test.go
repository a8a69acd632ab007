package server

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every step is a message of the client's and what the daemon sends for it.
func TestSession(t *testing.T) {
	var s session
	for _, step := range []struct {
		send string
		want []string
	}{
		{`{"jsonrpc":"2.0","id":1,"method":"textDocument/hover"}`,
			[]string{`{"jsonrpc":"2.0","id":1,"error":{"code":-32002,"message":"textDocument/hover comes before initialize"}}`}},
		{`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"a","text":"TODO"}}}`, nil},
		{`{"jsonrpc":"2.0","id":2,"method":"initialize","params":{}}`,
			[]string{`{"jsonrpc":"2.0","id":2,"result":` + string(capabilities) + `}`}},
		{`{"jsonrpc":"2.0","method":"initialized","params":{}}`, nil},
		{`{"jsonrpc":"2.0","id":3,"method":"initialize","params":{}}`,
			[]string{`{"jsonrpc":"2.0","id":3,"error":{"code":-32600,"message":"initialize comes too late"}}`}},
		{`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"a","text":"TODO\nX"}}}`,
			[]string{`{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":"a","diagnostics":[` +
				`{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":4}},` +
				`"severity":2,"source":"todo","message":"this does not say what is to be done"}]}}`}},
		{`{"jsonrpc":"2.0","id":"x","method":"textDocument/hover","params":{"textDocument":{"uri":"a"},"position":{"line":0,"character":9}}}`,
			[]string{`{"jsonrpc":"2.0","id":"x","result":{"contents":{"kind":"plaintext","value":"1 of 1: something"}}}`}},
		{`{"jsonrpc":"2.0","id":4,"method":"textDocument/hover","params":{"textDocument":{"uri":"a"},"position":{"line":1,"character":0}}}`,
			[]string{`{"jsonrpc":"2.0","id":4,"result":null}`}},
		{`{"jsonrpc":"2.0","id":5,"method":"textDocument/hover","params":{"textDocument":{"uri":"a"}}}`,
			[]string{`{"jsonrpc":"2.0","id":5,"error":{"code":-32602,"message":"textDocument/hover has no position"}}`}},
		{`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":5}}`, nil},
		{`{"jsonrpc":"2.0","method":"textDocument/didClose","params":{"textDocument":{"uri":"a"}}}`, nil},
		{`{"jsonrpc":"2.0","id":6,"method":"textDocument/documentSymbol","params":{"textDocument":{"uri":"a"}}}`,
			[]string{`{"jsonrpc":"2.0","id":6,"error":{"code":-32602,"message":"a is not open"}}`}},
		{`{"jsonrpc":"2.0","id":7,"method":"sing"}`,
			[]string{`{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"there is no method sing"}}`}},
		{`{`, []string{`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"unexpected end of JSON input"}}`}},
		{`{"jsonrpc":"2.0","id":1,"result":{}}`, nil},
		{`{"jsonrpc":"2.0","id":8,"method":"shutdown"}`, []string{`{"jsonrpc":"2.0","id":8,"result":null}`}},
		{`{"jsonrpc":"2.0","id":9,"method":"textDocument/hover"}`,
			[]string{`{"jsonrpc":"2.0","id":9,"error":{"code":-32600,"message":"textDocument/hover comes too late"}}`}},
	} {
		sent := s.handle([]byte(step.send))
		require.Len(t, sent, len(step.want), step.send)
		for i, m := range sent {
			text, err := json.Marshal(m)
			require.NoError(t, err)
			assert.JSONEq(t, step.want[i], string(text), step.send)
		}
		assert.False(t, s.over)
	}
	assert.Empty(t, s.handle([]byte(`{"jsonrpc":"2.0","method":"exit"}`)))
	assert.True(t, s.over)
}
