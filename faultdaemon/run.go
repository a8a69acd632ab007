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
	work   sync.WaitGroup // accept loops and connections

	awaited atomic.Pointer[awaited] // exchanges, by a step of the listen stage

	mu          sync.Mutex
	era         *era      // nil before the first connection
	home        place     // Start's, nil without a Start
	presence    *presence // Start's or that of StartOn, nil without one
	listeners   []net.Listener
	connections map[*connection]struct{}
}

func newRun() *run {
	ctx, cancel := context.WithCancel(context.Background())
	return &run{
		ctx: ctx, stop: ctx.Done(), cancel: cancel,
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

// setPresence gives the run its presence.
func (r *run) setPresence(p *presence) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.presence = p
}

// present returns the run's presence, nil where it has none.
func (r *run) present() *presence {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.presence
}

// setHome says where Start listens.
func (r *run) setHome(p place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.home = p
}

// address is what clients dial, and the listener where that is in memory; nil when
// there is none.
func (r *run) address() (net.Addr, *memnet.Listener) {
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.home
	if at == nil && r.presence != nil {
		at = r.presence.place
	}
	memory, isMemory := at.(*memoryPlace)
	switch {
	case r.stopping():
		return nil, nil
	case isMemory:
		return memory.addr(), memory.listener
	case at != nil:
		return at.addr(), nil
	case len(r.listeners) == 0:
		return nil, nil
	}
	return r.listeners[0].Addr(), nil
}

func (r *run) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.home == nil && r.presence == nil && len(r.listeners) == 0 && len(r.connections) == 0
}

// unlisten forgets a listener that failed or was closed.
func (r *run) unlisten(l net.Listener) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.listeners = slices.DeleteFunc(r.listeners, func(other net.Listener) bool { return other == l })
}

// admit takes note of a connection and of the goroutine that will serve it,
// unless the daemon stops or has restarted. That a stalled connection is in the set also keeps
// it from being collected, which would close it.
func (r *run) admit(c *connection) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.isStopped() {
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
	wake(r.close())
}

// close begins the end of the run, closes its listeners and returns the wires of the
// connections that are to end.
func (r *run) close() []wire {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cancel()
	for _, l := range r.listeners {
		_ = l.Close()
	}
	return r.wires()
}

// wires returns those of all connections. It is called with mu held.
func (r *run) wires() []wire {
	list := make([]wire, 0, len(r.connections))
	for c := range r.connections {
		list = append(list, c.wire)
	}
	return list
}

// longAgo is a deadline that ends whatever waits.
var longAgo = time.Unix(1, 0)

// wake ends what connections that are to end wait for. It is called without mu: who
// has been woken needs it, in order to be forgotten.
func wake(wires []wire) {
	for _, w := range wires {
		_ = w.SetDeadline(longAgo)
	}
}
