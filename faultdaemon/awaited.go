package faultdaemon

import (
	"sync"
	"sync/atomic"
)

// awaited are exchanges that a step of the listen stage waits for. The connection of the
// last of them waits until the step has acted, so that what its client asks next is
// asked of the daemon that comes after.
type awaited struct {
	left    atomic.Int64
	reached chan struct{} // closed when none is left
	acted   chan struct{} // closed when the step has acted
}

// exchangeEnded counts an exchange that has ended.
func (a *awaited) exchangeEnded(stop <-chan struct{}) {
	if a.left.Add(-1) != 0 {
		return
	}
	close(a.reached)
	select {
	case <-a.acted:
	case <-stop:
	}
}

// AwaitExchanges waits until n more exchanges have ended, of all connections. What the
// step does next, up to a wait, comes before the next exchange of the last one's
// connection.
func (e *Exchange) AwaitExchanges(n int) error {
	if n <= 0 {
		return nil
	}
	a := &awaited{reached: make(chan struct{}), acted: make(chan struct{})}
	a.left.Store(int64(n))
	e.conn.run.awaited.Store(a) // before it has settled: the next exchange counts
	e.conn.settled()
	e.conn.acted = sync.OnceFunc(func() { close(a.acted) })
	defer e.conn.run.awaited.CompareAndSwap(a, nil)
	select {
	case <-a.reached:
		return nil
	case <-e.conn.stop:
		e.conn.acted()
		return ErrClosed
	}
}
