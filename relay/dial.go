// Package relay has what a daemon in front of a real one needs beside
// [faultdaemon.Config.Upstream]: ways to reach the real one.
//
//	d := faultdaemon.New("/tmp/front.sock", faultdaemon.Config{
//		Protocol: jsonrpc.Headers,
//		Upstream: relay.Unix("/run/real.sock"),
//		Fault:    faultdaemon.FaultHangBeforeResponse,
//	})
package relay

import (
	"context"
	"net"
)

// An Upstream connects to a real daemon: once for each client, concurrently.
type Upstream = func(context.Context) (net.Conn, error)

// Unix returns an Upstream that connects to the Unix socket at path.
func Unix(path string) Upstream { return dial("unix", path) }

// TCP returns an Upstream that connects to a TCP address, "127.0.0.1:6379".
func TCP(address string) Upstream { return dial("tcp", address) }

func dial(network, address string) Upstream {
	return func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}
