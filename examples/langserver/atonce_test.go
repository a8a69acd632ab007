package langserver_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/faultdaemon/toolkit/examples/langserver"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// lines is a daemon whose hover says which line it was asked about.
var lines = jsonrpc.Methods{
	"initialize": todod["initialize"],
	"textDocument/hover": func(params json.RawMessage) (any, error) {
		var p struct{ Position struct{ Line int } }
		if err := json.Unmarshal(params, &p); err != nil {
			return nil, err
		}
		return json.RawMessage(fmt.Sprintf(`{"contents":{"kind":"plaintext","value":"line %d"}}`, p.Position.Line)), nil
	},
	"shutdown": todod["shutdown"],
}

// Four questions at once: each has its own answer under every fault, or an
// error.
func TestCallsAtOnce(t *testing.T) {
	faulttest.RunConcurrent(t, jsonrpc.Headers.Config(lines), 4, func(ctx context.Context, dial faulttest.Dialer, atOnce func(func(int) (string, error))) error {
		conn, err := dial(ctx)
		if err != nil {
			return err
		}
		c, err := langserver.New(ctx, conn, langserver.Options{})
		if err != nil {
			return err
		}
		defer c.Close()
		atOnce(func(i int) (string, error) { return c.Hover(ctx, uri, i) })
		return nil
	}, nil)
}
