package langserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/langserver"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

type caller = func(context.Context, int) (string, error)

// The client before, during and after every fault: it recovers from each.
func TestReconnecting(t *testing.T) {
	daemon := jsonrpc.Headers.Config(lines)
	faulttest.RunSession(t, daemon, func(_ context.Context, dial faulttest.Dialer) (caller, func(), error) {
		client := langserver.NewReconnecting(dial, langserver.Options{})
		return func(ctx context.Context, i int) (string, error) { return client.Hover(ctx, uri, i) }, client.Close, nil
	}, nil)
}

// What a session begins with is said again in the next one.
func TestReconnectingOpensItsDocumentsAgain(t *testing.T) {
	var opened atomic.Int64
	methods := jsonrpc.Methods{
		"initialize": todod["initialize"],
		"textDocument/didOpen": func(json.RawMessage) (any, error) {
			opened.Add(1)
			return todod["textDocument/didOpen"](nil)
		},
		"textDocument/hover": func(json.RawMessage) (any, error) {
			return json.RawMessage(fmt.Sprintf(`{"contents":{"kind":"plaintext","value":"opened %d times"}}`, opened.Load())), nil
		},
	}
	d := faulttest.Start(t, jsonrpc.Headers.Config(methods))
	client := langserver.NewReconnecting(d.Dial, langserver.Options{})
	defer client.Close()
	require.NoError(t, client.Open(t.Context(), uri, catsAndSongs))
	text, err := client.Hover(t.Context(), uri, 1)
	require.NoError(t, err)
	require.Equal(t, "opened 1 times", text)
	d.SetFault(fd.FaultCloseAfterRead)
	_, err = client.Hover(t.Context(), uri, 1)
	require.Error(t, err)
	d.SetFault(fd.FaultNone)
	text, err = client.Hover(t.Context(), uri, 1)
	require.NoError(t, err)
	require.Equal(t, "opened 2 times", text)
	client.Close()
	_, err = client.Hover(t.Context(), uri, 1)
	require.ErrorIs(t, err, langserver.ErrClosed)
}
