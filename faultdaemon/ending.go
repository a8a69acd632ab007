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
	e.conn.settled()
	return e.conn.await(done)
}

func (c *connection) await(done <-chan struct{}) error {
	if !c.seesLeaving() {
		select {
		case <-done:
			return nil
		case <-c.stop:
			return ErrClosed
		}
	}
	err := c.until(done, c.wire.WaitGone)
	if isTimeout(err) && !c.isStopped() {
		return nil
	}
	return c.lost(err)
}

// until calls wait, which ends with an error that is a timeout when done is closed.
func (c *connection) until(done <-chan struct{}, wait func() error) error {
	left := make(chan struct{})
	var waker sync.WaitGroup
	waker.Go(func() { // is over before until is
		select {
		case <-done:
			_ = c.setReadDeadline(longAgo)
		case <-left:
		}
	})
	err := wait()
	close(left)
	waker.Wait()
	_ = c.setReadDeadline(time.Time{})
	return err
}

func (c *connection) seesLeaving() bool { return c.conn != nil && !c.push && seesLeaving(c.wire) }

// seesLeaving reports whether the wire tells a peer that leaves from one that
// shut its write side.
func seesLeaving(w wire) bool {
	if s, ok := w.(*shapedWire); ok {
		w = s.wire
	}
	_, plain := w.(interface{ plain() })
	return !plain && w.RemoteAddr().Network() != "tcp"
}
