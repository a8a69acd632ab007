package faultdaemon

import (
	"context"
	"sync"
)

// An era is the daemon's time between two restarts, and what a process of its own
// would have for itself: its connections keep it.
type era struct {
	restarts int             // before it
	ctx      context.Context // ends when its connections are to end
	cancel   context.CancelFunc
	lock     chan struct{} // one slot: who fills it has the lock

	mu     sync.Mutex
	shared map[any]any
}

// eraKey is the key of a context's era.
type eraKey struct{}

// Shared returns what the functions of one daemon's config keep under key: the value
// that create made for the first that asked. It begins when the daemon starts or restarts and
// ends with that, so a config that many daemons use can count for each by itself. ctx
// is an exchange's ([Exchange.Context]) or the one that [Config.Upstream] gets; with any
// other, Shared panics. It is safe for concurrent use; create must not call it.
func Shared(ctx context.Context, key any, create func() any) any {
	e, ok := ctx.Value(eraKey{}).(*era)
	if !ok {
		panic("faultdaemon: Shared: the context is no daemon's: pass Exchange.Context's or Config.Upstream's")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	value, found := e.shared[key]
	if !found {
		value = create()
		if e.shared == nil {
			e.shared = map[any]any{}
		}
		e.shared[key] = value
	}
	return value
}

// newEra returns the first era of a run that ends with ctx.
func newEra(ctx context.Context) *era {
	e := &era{lock: make(chan struct{}, 1)}
	ctx, e.cancel = context.WithCancel(ctx)
	e.ctx = context.WithValue(ctx, eraKey{}, e)
	return e
}

// beside returns an era after e whose connections end when those of e do.
func (e *era) beside() *era {
	next := &era{restarts: e.restarts + 1, cancel: e.cancel, lock: make(chan struct{}, 1)}
	next.ctx = context.WithValue(e.ctx, eraKey{}, next)
	return next
}

// renew begins an era beside the present one: connections that are open stay in
// theirs.
func (r *run) renew() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.era = r.now().beside()
}

// restart begins an era and ends every connection of those before with a clean EOF,
// which the client reads even while a handler runs.
func (r *run) restart() {
	ending := r.replaceEra()
	wake(ending)
	for _, w := range ending {
		hangUp(w)
	}
}

// replaceEra ends the present era, begins another, and returns the wires of the
// connections that are to end.
func (r *run) replaceEra() []wire {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.now()
	before.cancel()
	r.era = newEra(r.ctx)
	r.era.restarts = before.restarts + 1
	return r.wires()
}

// presentEra returns the present era.
func (r *run) presentEra() *era {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now()
}

// now is presentEra with mu held. The first era is made for the first connection.
func (r *run) now() *era {
	if r.era == nil {
		r.era = newEra(r.ctx)
	}
	return r.era
}
