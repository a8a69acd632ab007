package jsonrpc_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

func TestSelectors(t *testing.T) {
	for request, want := range map[string][]string{
		`{"jsonrpc":"2.0","id":1,"method":"tools/call"}`:                         {"tools/call"},
		`{"jsonrpc":"2.0","method":"progress"}`:                                  {"progress"},
		`{"jsonrpc":"2.0","id":1,"result":1}`:                                    nil,
		`[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"}]`: {"a", "b"},
		`{"jsonrpc":"2.0","id":1,"method":7}`:                                    nil,
	} {
		for _, p := range []jsonrpc.Protocol{jsonrpc.Lines, jsonrpc.Headers, jsonrpc.Values} {
			message, err := p.Frame([]byte(request))
			require.NoError(t, err)
			require.Equal(t, want, p.Selectors(message), request)
		}
	}
}

// A line of a plan picks a method.
func TestPlanPicksAMethod(t *testing.T) {
	ok := func(json.RawMessage) (any, error) { return "ok", nil }
	plan, err := jsonrpc.Faults.ParsePlan("sync:1*jsonrpc_result_null")
	require.NoError(t, err)
	cfg := jsonrpc.Lines.Config(jsonrpc.Methods{"status": ok, "sync": ok})
	cfg.Plan = plan
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", cfg)
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		defer func() { require.NoError(t, conn.Close()) }()
		require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
		replies := json.NewDecoder(conn)
		for i, want := range []string{`"ok"`, `null`, `"ok"`} {
			method := []string{"status", "sync", "sync"}[i]
			_, err := conn.Write([]byte(`{"jsonrpc":"2.0","id":1,"method":"` + method + `"}` + "\n"))
			require.NoError(t, err)
			var reply struct{ Result json.RawMessage }
			require.NoError(t, replies.Decode(&reply))
			require.Equal(t, want, string(reply.Result))
		}
	})
}
