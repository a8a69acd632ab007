package faultdaemon

import (
	"context"
	"slices"
	"sync"
	"time"
)

// What lives as long as a connection: a step or a Respond that keeps something
// beside it, such as a connection of its own to somebody else, learns here
// when to let go.

// Context returns a context that ends when the connection is over, or the
// daemon stops or restarts; at the listen stage, when the fault is replaced. A
// client that goes away while a step or a handler is busy is noticed when that
// returns; [Exchange.Await] notices it at once.
func (e *Exchange) Context() context.Context {
	c := e.conn
	c.settled()
	if c.ctx == nil {
		var cancel context.CancelFunc
		c.ctx, cancel = context.WithCancel(c.era.ctx)
		e.OnEnd(cancel)
	}
	return c.ctx
}

// OnEnd has f called once when the connection is over, by the goroutine that
// serves it and before Stop returns; what was given last is called first. A
// panic of f is kept as an event.
func (e *Exchange) OnEnd(f func()) { e.conn.atEnd = append(e.conn.atEnd, f) }

// end calls what OnEnd was given.
func (c *connection) end() {
	for _, f := range slices.Backward(c.atEnd) {
		func() {
			defer c.rescue()
			f()
		}()
	}
}

// Await waits until done is closed, and reads nothing meanwhile. It is
// ErrClosed when the daemon stops first or the client goes away. On TCP a
// client that leaves looks like one that only shut its write side and still
// reads; there, and where the daemon cannot look into a socket's buffer, a
// client's leaving does not end the wait.
func (e *Exchange) Await(done <-chan struct{}) error {
	c := e.conn
	c.settled()
	if !c.seesLeaving() {
		select {
		case <-done:
			return nil
		case <-c.stop:
			return ErrClosed
		}
	}
	left := make(chan struct{})
	var waker sync.WaitGroup
	waker.Go(func() { // ends WaitGone with a deadline, and is over before Await is
		select {
		case <-done:
			_ = c.setReadDeadline(longAgo)
		case <-left:
		}
	})
	err := c.wire.WaitGone()
	close(left)
	waker.Wait()
	_ = c.setReadDeadline(time.Time{})
	if isTimeout(err) && !c.isStopped() {
		return nil
	}
	return c.lost(err)
}

// seesLeaving reports whether the wire tells a client that leaves from one
// that shut its write side.
func (c *connection) seesLeaving() bool {
	if c.conn == nil {
		return false
	}
	_, plain := c.wire.(*plainWire)
	return !plain && c.wire.RemoteAddr().Network() != "tcp"
}
