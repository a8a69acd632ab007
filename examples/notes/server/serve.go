package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/examples/notes/wire"
)

// writeTimeout is how long a client may take to read a message.
const writeTimeout = 5 * time.Second

// Serve answers the clients of a listener until ctx ends, and then closes it,
// lets the requests that it has read come to their end, and returns nil. Any
// other error is the listener's.
func Serve(ctx context.Context, l net.Listener, n *Notes) error {
	ctx, cancel := context.WithCancel(ctx)
	var clients sync.WaitGroup
	defer clients.Wait()
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = l.Close() }) // Accept returns what counts
	defer stop()
	for {
		conn, err := l.Accept()
		switch {
		case ctx.Err() != nil:
			if err == nil {
				_ = conn.Close()
			}
			return nil
		case err != nil:
			_ = l.Close()
			return err
		}
		clients.Go(func() { n.serve(ctx, conn) })
	}
}

// serve answers one client, request after request.
func (n *Notes) serve(ctx context.Context, conn net.Conn) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	lines := bufio.NewReader(conn)
	for {
		line, err := wire.ReadLine(lines)
		switch {
		case errors.Is(err, wire.ErrTooLong):
			if wire.SkipLine(lines) != nil || finish(patient{conn}, wire.Reply{}, fmt.Errorf("the request is %w", err)) != nil {
				return
			}
		case err != nil:
			return
		case len(bytes.TrimSpace(line)) > 0: // a blank line is no request
			if n.Handle(line, patient{conn}) != nil {
				return
			}
		}
	}
}

// patient is a connection whose writes have writeTimeout each.
type patient struct{ net.Conn }

func (p patient) Write(message []byte) (int, error) {
	if err := p.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	return p.Conn.Write(message)
}
