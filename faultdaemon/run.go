package faultdaemon

import (
	"context"
	"net"
	"slices"
	"sync"
	"time"
)

// A run is the daemon's life from a Start to the Stop. It owns every goroutine
// of that time: one for each listener, one for each connection.
type run struct {
	ctx    context.Context // ends when the daemon stops
	stop   <-chan struct{} // ctx's
	cancel context.CancelFunc
	lock   chan struct{}  // one slot: who fills it has the lock
	work   sync.WaitGroup // accept loops and connections

	mu          sync.Mutex
	started     net.Listener // Start's, nil when there is only Serve
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

// start takes note of Start's listener, like listen.
func (r *run) start(l net.Listener) {
	r.listen(l)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.started = l
}

// listen takes note of a listener and of the goroutine that will accept on it.
// It is called with the daemon's lifecycle held, so never while the run stops.
func (r *run) listen(l net.Listener) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.work.Add(1)
	r.listeners = append(r.listeners, l)
}

// first returns the listener that clients dial, nil when there is none.
func (r *run) first() net.Listener {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.stopping():
		return nil
	case r.started != nil || len(r.listeners) == 0:
		return r.started
	}
	return r.listeners[0]
}

func (r *run) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.listeners) == 0 && len(r.connections) == 0
}

// unlisten forgets a listener that failed.
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
	longAgo := time.Unix(1, 0)
	for c := range r.connections {
		_ = c.wire.SetDeadline(longAgo)
	}
}
