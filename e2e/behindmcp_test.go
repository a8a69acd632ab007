package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/relay"
)

// startMCP has the relay spawn a server for each client.
func startMCP(t *testing.T) front {
	requirePackage(t, "@modelcontextprotocol/sdk")
	return front{
		version: "@modelcontextprotocol/sdk " + strings.TrimSpace(command(t, "node", "-p",
			"require('./node/node_modules/@modelcontextprotocol/sdk/package.json').version")),
		config: faultdaemon.Config{
			Protocol: jsonrpc.Lines, Upstream: relay.Command("node", "node/serve-mcp.js"),
			FaultMatcher: jsonrpc.Method("tools/call", "roots/list"),
		},
		converse: converseMCP, call: callGreet,
	}
}

// openRooted opens a session of a client that has a root and takes what is logged.
func openRooted(ctx context.Context, dial faulttest.Dialer) (*mcp.ClientSession, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	client := mcp.NewClient(&mcp.Implementation{Name: "e2e", Version: "1"}, &mcp.ClientOptions{
		LoggingMessageHandler: func(context.Context, *mcp.LoggingMessageRequest) {},
	})
	client.AddRoots(&mcp.Root{Name: "home", URI: "file:///home"})
	session, err := client.Connect(ctx, &mcp.IOTransport{Reader: conn, Writer: conn}, nil)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return session, session.SetLoggingLevel(ctx, &mcp.SetLoggingLevelParams{Level: "info"})
}

// callGreet calls a tool that asks the client back.
func callGreet(ctx context.Context, dial faulttest.Dialer) (string, error) {
	session, err := openRooted(ctx, dial)
	if err != nil {
		return "", err
	}
	defer func() { _ = session.Close() }() // it closes the connection twice
	return callText(ctx, session, "greet")
}

// callText calls a tool and returns its text.
func callText(ctx context.Context, session *mcp.ClientSession, tool string) (string, error) {
	result, err := session.CallTool(ctx, &mcp.CallToolParams{Name: tool})
	if err != nil {
		return "", err
	}
	if len(result.Content) == 1 {
		if content, ok := result.Content[0].(*mcp.TextContent); ok {
			return content.Text, nil
		}
	}
	return "", fmt.Errorf("the result has no text: %v", result.Content)
}

// converseMCP lists tools, and calls them in turn.
func converseMCP(t *testing.T, dial faulttest.Dialer) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	session, err := openRooted(ctx, dial)
	require.NoError(t, err)
	defer func() { _ = session.Close() }() // it closes the connection twice
	tools, err := session.ListTools(ctx, nil)
	require.NoError(t, err)
	require.Len(t, tools.Tools, 2)
	for range 3 {
		text, err := callText(ctx, session, "greet")
		require.NoError(t, err)
		assert.Equal(t, "hello home", text)
	}
	text, err := callText(ctx, session, "large")
	require.NoError(t, err)
	assert.Len(t, text, 1<<20)
}
