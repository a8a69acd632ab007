package faultdaemon

import (
	"context"
	"errors"
	"net"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// A life is the daemon's at one place: it listens there, unless a fault of the
// listen stage has it do something else. It belongs to a run.
type life struct {
	daemon  *FaultDaemon
	run     *run
	place   place
	healthy bool          // it listens, and no fault has it do something else
	turn    chan struct{} // one slot: held by who changes the place, or what is done there

	// Of the fault's step; nil and closed where there is none.
	cancel context.CancelFunc
	ended  chan struct{}
}

// place is where Start listens.
func (d *FaultDaemon) place() place {
	if d.path == "" {
		return &memoryPlace{listener: memnet.Listen()}
	}
	return &unixPlace{path: d.path, removed: d.removed}
}

// removed notes what a client has removed at the place, "" for nothing.
func (d *FaultDaemon) removed(what string) {
	if what != "" {
		d.events.add(Event{Kind: EventRemoved, Detail: what})
	}
}

// live begins the run's life at a place.
func (d *FaultDaemon) live(r *run, p place) error {
	l := newLife(d, r, p)
	r.setLife(l)
	if err := l.follow(d.state.Load()); err != nil {
		r.setLife(nil)
		return errors.Join(err, p.clear())
	}
	d.started(p.addr())
	return nil
}

// relive does what the present state's fault of the listen stage says, where the
// daemon has a place.
func (d *FaultDaemon) relive() {
	d.mu.Lock()
	r := d.run
	d.mu.Unlock()
	if r == nil || r.stopping() {
		return
	}
	if l := r.lives(); l != nil {
		if err := l.follow(d.state.Load()); err != nil && !errors.Is(err, ErrClosed) {
			d.events.add(Event{Kind: EventError, Detail: err.Error()})
		}
	}
}

func newLife(d *FaultDaemon, r *run, p place) *life {
	return &life{daemon: d, run: r, place: p, turn: make(chan struct{}, 1)}
}

// follow listens, or begins with the fault of the listen stage that is due in a
// state, and returns when what that does first is done.
func (l *life) follow(st *state) error {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	if l.healthy && !st.policy.has(StageListen) {
		return nil
	}
	l.interrupt()
	ctx, cancel := context.WithCancel(l.run.ctx)
	c := &connection{daemon: l.daemon, run: l.run, life: l, stop: ctx.Done(), protocol: st.protocol, limit: st.limit}
	c.current = Exchange{conn: c, state: st}
	c.decide(&c.current, StageListen)
	if c.current.fault == nil {
		cancel()
		l.healthy = true
		return l.listen()
	}
	l.healthy = false
	settled := make(chan struct{})
	c.settle = sync.OnceFunc(func() { close(settled) })
	l.cancel, l.ended = cancel, make(chan struct{})
	var failed error
	go func() { // ends with the step, which ends with ctx
		defer close(l.ended)
		defer c.settle()
		defer c.rescue()
		failed = c.act(&c.current)
		if c.current.fault == nil && failed == nil { // it has not fired
			failed = l.listen()
		}
		c.returned = true
	}()
	<-settled
	select {
	case <-l.ended:
		if failed != nil && !errors.Is(failed, ErrClosed) {
			return failed
		}
	default:
	}
	return nil
}

// interrupt ends the step that is being done, if there is one.
func (l *life) interrupt() {
	if l.cancel != nil {
		l.cancel()
		<-l.ended
		l.cancel = nil
	}
}

// end ends the life: nothing of it is left at the place.
func (l *life) end() {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	l.interrupt()
	if err := l.place.clear(); err != nil && !errors.Is(err, net.ErrClosed) {
		l.daemon.events.add(Event{Kind: EventError, Detail: err.Error()})
	}
}

// listen listens at the place, unless the daemon does.
func (l *life) listen() error {
	listener, err := l.place.listen()
	if err != nil || listener == nil {
		return err
	}
	return l.serve(listener)
}

// serve accepts the connections of a listener in a goroutine of its own.
func (l *life) serve(listener net.Listener) error {
	if !l.run.listen(listener) {
		return errors.Join(ErrClosed, listener.Close())
	}
	go func() { // ends with the listener
		defer l.run.work.Done()
		if err := l.daemon.accept(listener, l.run); err != nil && !errors.Is(err, net.ErrClosed) {
			l.daemon.events.add(Event{Kind: EventError, Detail: err.Error()})
		}
	}()
	return nil
}
