package langserver_test

import (
	"context"
	"testing"

	"github.com/faultdaemon/toolkit/examples/langserver"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// Every byte of the replies to the handshake, to a question and to the goodbye.
func TestClientAtEveryByte(t *testing.T) {
	faulttest.Sweep(t, jsonrpc.Headers.Config(lines), func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		c, err := langserver.New(ctx, conn, langserver.Options{})
		if err != nil {
			return "", err
		}
		defer c.Close()
		hover, err := c.Hover(ctx, uri, 1)
		if err != nil {
			return "", err
		}
		return hover, c.Shutdown(ctx)
	}, nil)
}
