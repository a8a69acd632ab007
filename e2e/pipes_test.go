package e2e

import (
	"context"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// A client that is given the pipes of a server does on them what it does on a
// connection. Left out are the faults under which its goroutines decide.
func TestMCPOverPipes(t *testing.T) {
	opts := &faulttest.Options{Skip: []faultdaemon.Fault{jsonrpc.FaultCloseRaceWithReply}}
	over := faulttest.Judge(t, mcpConfig(), func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		server, err := faulttest.Pipes(ctx, dial)
		if err != nil {
			return "", err
		}
		return callMCP(ctx, &mcp.IOTransport{Reader: server.Stdout, Writer: server.Stdin})
	}, opts)
	require.NoError(t, over.Err)
	plain := faulttest.Judge(t, mcpConfig(), func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		return callMCP(ctx, &mcp.IOTransport{Reader: conn, Writer: conn})
	}, opts)
	require.NoError(t, plain.Err)
	require.NotEmpty(t, over.Results)
	for i, r := range over.Results {
		require.Equal(t, plain.Results[i].Verdict, r.Verdict, "%s", r.Fault)
	}
	t.Log(over)
}

// callMCP makes one call in a session of its own.
func callMCP(ctx context.Context, transport mcp.Transport) (string, error) {
	c := mcp.NewClient(&mcp.Implementation{Name: "e2e", Version: "1"}, nil)
	s, err := c.Connect(ctx, transport, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = s.Close() }() // fails for a connection, which is closed twice
	return mcpSession{s}.call(ctx, "echo", "café")
}
