package faultdaemon

import (
	"context"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// A run is the daemon's life from a Start to the Stop. It owns every goroutine
// of that time: one for each listener, one for each connection.
type run struct {
	ctx    context.Context // ends when the daemon stops
	stop   <-chan struct{} // ctx's
	cancel context.CancelFunc
	lock   chan struct{}  // one slot: who fills it has the lock
	work   sync.WaitGroup // accept loops and connections

	restarts  atomic.Int64 // that faults of the listen stage made
	counts    atomic.Bool  // whether somebody wants to know of ended exchanges
	exchanges atomic.Int64 // that have ended since

	mu          sync.Mutex
	life        *life // Start's, nil when there is only Serve
	listeners   []net.Listener
	connections map[*connection]struct{}
}

func newRun() *run {
	ctx, cancel := context.WithCancel(context.Background())
	return &run{
		ctx: ctx, stop: ctx.Done(), cancel: cancel,
		lock:        make(chan struct{}, 1),
		connections: make(map[*connection]struct{}),
	}
}

func (r *run) stopping() bool { return r.ctx.Err() != nil }

// listen takes note of a listener and of the goroutine that will accept on it,
// unless the daemon stops.
func (r *run) listen(l net.Listener) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopping() {
		return false
	}
	r.work.Add(1)
	r.listeners = append(r.listeners, l)
	return true
}

// setLife gives the run its life.
func (r *run) setLife(l *life) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.life = l
}

// lives returns the run's life, nil where it has none.
func (r *run) lives() *life {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.life
}

// address is what clients dial, and the listener where that is in memory; nil when
// there is none.
func (r *run) address() (net.Addr, *memnet.Listener) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.stopping():
		return nil, nil
	case r.life != nil:
		memory, _ := r.life.place.(*memoryPlace)
		if memory != nil {
			return memory.addr(), memory.listener
		}
		return r.life.place.addr(), nil
	case len(r.listeners) == 0:
		return nil, nil
	}
	return r.listeners[0].Addr(), nil
}

func (r *run) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.life == nil && len(r.listeners) == 0 && len(r.connections) == 0
}

// drop ends every connection with a clean EOF, and waits for nothing.
func (r *run) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.connections {
		c.dropped.Store(true)
		_ = c.wire.SetDeadline(longAgo)
	}
}

// longAgo is a deadline that ends whatever waits.
var longAgo = time.Unix(1, 0)

// unlisten forgets a listener that failed or was closed.
func (r *run) unlisten(l net.Listener) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listeners = slices.DeleteFunc(r.listeners, func(other net.Listener) bool { return other == l })
}

// admit takes note of a connection and of the goroutine that will serve it,
// unless the daemon stops. That a stalled connection is in the set also keeps
// it from being collected, which would close it.
func (r *run) admit(c *connection) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopping() {
		return false
	}
	r.work.Add(1)
	r.connections[c] = struct{}{}
	return true
}

func (r *run) forget(c *connection) {
	r.mu.Lock()
	delete(r.connections, c)
	r.mu.Unlock()
	r.work.Done()
}

// halt tells everything to end, and waits for nothing: no listener accepts any
// more, every connection's own goroutine ends it.
func (r *run) halt() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cancel()
	for _, l := range r.listeners {
		_ = l.Close()
	}
	for c := range r.connections {
		_ = c.wire.SetDeadline(longAgo)
	}
}
