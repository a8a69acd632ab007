package handlers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Forward returns a Respond that passes every request on to a real daemon, as
// it came, and returns the message that it answers with. So faults come to the
// real thing:
//
//	cfg := faultdaemon.Config{Protocol: jsonrpc.Headers}
//	cfg.Respond = handlers.Forward(nil, func(ctx context.Context) (net.Conn, error) {
//		return new(net.Dialer).DialContext(ctx, "unix", "/run/real.sock")
//	})
//
// The protocol cuts the real daemon's messages; nil is the protocol that the
// clients speak. dial is called concurrently for different clients.
//
// Every client's connection has one of its own to the real daemon: dialled at
// its first request, closed when it is over. Where the client leaves before its
// reply, it is closed as soon as [faultdaemon.Exchange.Await] sees that.
//
// A request that expects no reply is passed on and not waited for. A message
// that the real daemon sends of its own accord is taken for the reply to the
// next request: Forward knows no ids. A request that a fault leaves without a
// reply, such as hang_before_response, is not passed on.
//
// A dial that fails is an error and ends the client's connection, as do a real
// daemon that ends its own and one that replies with more than 64 MiB.
func Forward(protocol faultdaemon.Protocol, dial func(context.Context) (net.Conn, error)) func(*faultdaemon.Exchange) ([]byte, error) {
	var upstreams sync.Map // of *upstream, by the context of the client's connection
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		client := e.Context()
		known, found := upstreams.Load(client)
		if !found {
			u := &upstream{protocol: protocol, dial: dial}
			if protocol == nil {
				u.protocol = e.Protocol()
			}
			known = u
			upstreams.Store(client, u)
			e.OnEnd(func() {
				upstreams.Delete(client)
				u.close()
			})
		}
		return known.(*upstream).ask(e)
	}
}

// maxForwarded is the longest message of the real daemon that is passed on.
const maxForwarded = 64 << 20

// An upstream is the connection to the real daemon of one client. It belongs to
// the goroutine that serves the client and, while that waits, to the one that
// it started.
type upstream struct {
	protocol faultdaemon.Protocol
	dial     func(context.Context) (net.Conn, error)
	conn     net.Conn // nil before the first request
	reader   *bufio.Reader
}

// ask passes one request on.
func (u *upstream) ask(e *faultdaemon.Exchange) ([]byte, error) {
	if u.conn == nil {
		if err := u.connect(e); err != nil {
			return nil, fmt.Errorf("handlers: forward: dial: %w", err)
		}
	}
	reply := []byte{}
	err := beside(e, u.close, func() (err error) {
		if _, err = u.conn.Write(e.Request()); err != nil || !e.Protocol().ExpectsReply(e.Request()) {
			return err
		}
		reply, err = u.protocol.ReadMessage(u.reader, maxForwarded)
		if errors.Is(err, io.EOF) {
			err = errors.New("the real daemon ended the connection instead of replying")
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("handlers: forward: %w", err)
	}
	return append([]byte{}, reply...), nil
}

// connect dials.
func (u *upstream) connect(e *faultdaemon.Exchange) error {
	ctx, cancel := context.WithCancel(e.Context())
	defer cancel()
	err := beside(e, cancel, func() (err error) {
		u.conn, err = u.dial(ctx)
		return err
	})
	if err == nil {
		u.reader = bufio.NewReader(u.conn)
	}
	return err
}

func (u *upstream) close() {
	if u.conn != nil {
		_ = u.conn.Close() // it may be closed already
	}
}

// beside calls f in a goroutine and returns what it returns, or panics as it
// does. When the client leaves or the daemon stops meanwhile it aborts f. f has
// returned when beside does.
func beside(e *faultdaemon.Exchange, abort func(), f func() error) error {
	var panicked any
	err := errors.New("the function ended its goroutine")
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { panicked = recover() }()
		err = f()
	}()
	over := e.Await(done)
	if over != nil {
		abort()
		<-done
	}
	if panicked != nil {
		panic(panicked)
	}
	if over != nil {
		return over
	}
	return err
}
