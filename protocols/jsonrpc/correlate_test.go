package jsonrpc_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The id of a request is what the reply to it has: of a batch, the ids of what
// is answered in it, in an order that is the same for both.
func TestIDsTieRepliesToRequests(t *testing.T) {
	for _, c := range []struct{ text, request, reply string }{
		{`{"jsonrpc":"2.0","method":"get","id":7}`, `7`, ``},
		{`{"jsonrpc":"2.0","method":"get","id":"\u0061"}`, `"\u0061"`, ``},
		{`{"jsonrpc":"2.0","method":"get","id":null}`, `null`, ``},
		{`{"jsonrpc":"2.0","method":"progress"}`, ``, ``},
		{`{"jsonrpc":"2.0","result":1,"id":7}`, ``, `7`},
		{`{"jsonrpc":"2.0","error":{"code":1,"message":""},"id":null}`, ``, `null`},
		{`{"jsonrpc":"2.0","id":7}`, `7`, ``},
		{`{}`, `null`, ``},
		{`{"jsonrpc"`, `null`, ``},
		{`[]`, ``, ``},
		{`[{"jsonrpc":"2.0","method":"get","id":2},{"jsonrpc":"2.0","method":"progress"},{"jsonrpc":"2.0","method":"get","id":1}]`, `[1,2]`, ``},
		{`[{"jsonrpc":"2.0","method":"get","id":2},{"jsonrpc":"2.0","result":1,"id":7}]`, `[2]`, `[7]`},
		{`[{"jsonrpc":"2.0","result":1,"id":2},{"jsonrpc":"2.0","result":1,"id":1}]`, ``, `[1,2]`},
	} {
		for _, p := range framings {
			require.Equal(t, c.request, p.RequestID([]byte(framed(p, c.text))), "%s: %s", p, c.text)
			require.Equal(t, c.reply, p.ReplyID([]byte(framed(p, c.text))), "%s: %s", p, c.text)
		}
	}
}
