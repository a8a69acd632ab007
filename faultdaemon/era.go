package faultdaemon

import "context"

// An era is the daemon's time between two restarts, and what a process of its own
// would have for itself: its connections keep it.
type era struct {
	restarts int             // before it
	ctx      context.Context // ends when its connections are to end
	cancel   context.CancelFunc
	lock     chan struct{} // one slot: who fills it has the lock
}

// newEra returns the first era of a run that ends with ctx.
func newEra(ctx context.Context) *era {
	e := &era{lock: make(chan struct{}, 1)}
	e.ctx, e.cancel = context.WithCancel(ctx)
	return e
}

// beside returns an era after e whose connections end when those of e do.
func (e *era) beside() *era {
	return &era{restarts: e.restarts + 1, ctx: e.ctx, cancel: e.cancel, lock: make(chan struct{}, 1)}
}

// renew begins an era beside the present one: connections that are open stay in
// theirs.
func (r *run) renew() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.era = r.era.beside()
}

// restart begins an era and ends every connection of those before with a clean EOF,
// which the client reads even while a handler runs.
func (r *run) restart() {
	for _, c := range r.replaceEra() {
		c.hangUp()
	}
}

// replaceEra ends the present era, begins another, and returns the connections that
// are to end.
func (r *run) replaceEra() (ending []*connection) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.era.cancel()
	next := newEra(r.ctx)
	next.restarts = r.era.restarts + 1
	r.era = next
	for c := range r.connections {
		_ = c.wire.SetDeadline(longAgo)
		ending = append(ending, c)
	}
	return ending
}

// presentEra returns the present era.
func (r *run) presentEra() *era {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.era
}
