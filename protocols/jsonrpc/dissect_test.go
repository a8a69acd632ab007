package jsonrpc_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

func TestDissect(t *testing.T) {
	for _, test := range []struct {
		protocol jsonrpc.Protocol
		message  string
		want     []string
	}{
		{jsonrpc.Lines, `{"jsonrpc":"2.0","result":"ok","id":1}` + "\n",
			[]string{`body {"jsonrpc":"2.0","result":`, `result "ok"`, `body ,"id":1}`, "terminator \n"}},
		{jsonrpc.Values, ` {"id":1,"error":{"code":4,"message":"no"},"jsonrpc":"2.0"}`,
			[]string{`body  {"id":1,"error":`, `error {"code":4,"message":"no"}`, `body ,"jsonrpc":"2.0"}`}},
		{jsonrpc.Headers, "X: 1\r\ncontent-length:  40\r\n\r\n" + `{"jsonrpc":"2.0","method":"m","params":[1]}`,
			[]string{"header X: 1\r\ncontent-length:  ", "length 40", "header \r\n\r\n",
				`body {"jsonrpc":"2.0","method":`, `method "m"`, `body ,"params":`, `params [1]`, `body }`}},
		{jsonrpc.Lines, `{"jsonrpc":"2.0","method":"ping","id":1}` + "\n", []string{`body {"jsonrpc":"2.0","method":"ping","id":1}`, "terminator \n"}},
		{jsonrpc.Headers, "Content-Length: 1\r\n\r\n1", []string{"header Content-Length: ", "length 1", "header \r\n\r\n", "body 1"}},
		{jsonrpc.Headers, "Content-Length: 0\r\n\r\n", []string{"header Content-Length: ", "length 0", "header \r\n\r\n"}},
		{jsonrpc.Headers, "Content-Length: 2\r\n\r\n{}\n", []string{"header Content-Length: ", "length 2", "header \r\n\r\n", "body {}\n"}},
		{jsonrpc.Lines, `[{"id":1,"result":1}, {"id":2,"result":{"result":2}}]` + "\n",
			[]string{`body [{"id":1,"result":`, "result 1", `body }, {"id":2,"result":`, `result {"result":2}`, `body }]`, "terminator \n"}},
		{jsonrpc.Lines, "pong\n", []string{"body pong", "terminator \n"}},
		{jsonrpc.Lines, "\n", []string{"terminator \n"}},
	} {
		var got []string
		rest := test.message
		for _, f := range test.protocol.Dissect([]byte(test.message)) {
			got = append(got, f.Name+" "+rest[:f.Size])
			rest = rest[f.Size:]
			require.Equal(t, slices.Contains([]string{"result", "error", "params", "method"}, f.Name), f.Kind == faultdaemon.DataField)
			require.Equal(t, f.Name == "terminator", f.Kind == faultdaemon.TerminatorField)
		}
		require.Equal(t, test.want, got)
		require.Empty(t, strings.TrimSpace(rest))
	}
}
