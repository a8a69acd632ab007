// Package server is the daemon of the example: it finds the TODOs of texts for
// clients that speak the Language Server Protocol.
package server

import (
	"bufio"
	"context"
	"net"
	"sync"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// Serve serves every client that connects, each with documents of its own,
// until ctx ends; then it returns nil. It closes the listener. When it returns,
// all connections are closed and nothing runs any more.
func Serve(ctx context.Context, l net.Listener) error {
	var clients sync.WaitGroup
	defer clients.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer func() { _ = l.Close() }() // it may be closed already
	defer closeWith(ctx, l)()
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close() // it came too late
			}
			return nil
		case err != nil:
			return err
		}
		clients.Go(func() {
			defer func() { _ = conn.Close() }() // it may be closed already
			defer closeWith(ctx, conn)()
			serve(conn)
		})
	}
}

// closeWith closes c when ctx ends, unless the function that it returns was
// called before.
func closeWith(ctx context.Context, c interface{ Close() error }) (stop func() bool) {
	return context.AfterFunc(ctx, func() { _ = c.Close() })
}

// serve serves one client, until it leaves or sends what is no message.
func serve(conn net.Conn) {
	var s session
	for r := bufio.NewReader(conn); !s.over; {
		text, err := lsp.Read(r)
		if err != nil {
			return
		}
		for _, m := range s.handle(text) {
			message, err := m.Encode()
			if err != nil {
				return // it is longer than a client takes
			}
			if _, err := conn.Write(message); err != nil {
				return
			}
		}
	}
}
