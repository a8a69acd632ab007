package handlers_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/handlers"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/relay"
)

func TestClientOfARecordedDaemon(t *testing.T) {
	file, err := os.Open("testdata/daemon.transcript")
	require.NoError(t, err)
	defer file.Close()
	transcript, err := relay.ReadTranscript(file)
	require.NoError(t, err)
	daemon, err := handlers.Replay(transcript, jsonrpc.Lines, handlers.ReplayOptions{})
	require.NoError(t, err)
	cfg := faultdaemon.Config{Protocol: jsonrpc.Lines, Upstream: daemon}
	faulttest.Run(t, cfg, statusClient, nil)
}

// statusClient asks for the status, with an id that no recording can know.
func statusClient(ctx context.Context, dial faulttest.Dialer) (string, error) {
	conn, err := dial(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return "", err
	}
	const id = 4711
	if _, err := fmt.Fprintf(conn, `{"jsonrpc":"2.0","id":%d,"method":"status"}`+"\n", id); err != nil {
		return "", err
	}
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		var m struct {
			JSONRPC string
			Method  *string
			ID      *int
			Result  *string
		}
		switch err := json.Unmarshal(lines.Bytes(), &m); {
		case err != nil:
			return "", fmt.Errorf("%q: %w", lines.Bytes(), err)
		case m.JSONRPC != "2.0":
			return "", fmt.Errorf("no JSON-RPC 2.0: %q", lines.Bytes())
		case m.Method != nil:
			continue // of the daemon's own accord: progress
		case m.ID == nil || *m.ID != id || m.Result == nil:
			return "", fmt.Errorf("not the reply: %q", lines.Bytes())
		}
		return *m.Result, nil
	}
	return "", fmt.Errorf("no reply: %w", lines.Err())
}
