package faultdaemon

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
)

// A presence is what clients find of the daemon at one place: it listens there,
// unless a fault of the listen stage has it do something else. It belongs to a run.
type presence struct {
	daemon *FaultDaemon
	run    *run
	turn   chan struct{} // one slot: held by who may change what follows

	place   place                 // also used by the fault's step, which interrupt ends
	healthy bool                  // it listens, and no fault has it do something else
	found   atomic.Pointer[Found] // what clients find; nil while it listens
	over    bool                  // nothing is done any more
	before  int64                 // connections that the daemon had accepted when the fault began

	// Of the fault's step; nil where there is none.
	cancel context.CancelFunc
	ended  chan struct{}
}

// appear begins to listen at a place, or with what a fault does there. With an error
// nothing is left of it.
func (d *FaultDaemon) appear(r *run, p place) error {
	at := &presence{daemon: d, run: r, place: p, turn: make(chan struct{}, 1)}
	r.setPresence(at)
	if err := at.follow(); err != nil {
		r.setPresence(nil)
		return errors.Join(err, at.end())
	}
	d.started(p.addr())
	return nil
}

// follow has the daemon's presence do what the present state says.
func (d *FaultDaemon) follow() {
	d.mu.Lock()
	r := d.run
	d.mu.Unlock()
	if r == nil {
		return
	}
	if at := r.present(); at != nil {
		if err := at.follow(); err != nil && !errors.Is(err, ErrClosed) {
			d.events.add(&Event{Kind: EventError, Detail: err.Error()})
		}
	}
}

// follow listens, or begins with the fault of the listen stage that is due in the
// daemon's state, and returns when what that does first is done.
func (p *presence) follow() error {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	st := p.daemon.state.Load()
	if p.over || p.healthy && !st.policy.has(StageListen) {
		return nil
	}
	p.interrupt()
	p.before = p.daemon.connections.Load()
	if c := p.faulty(st); c != nil {
		p.healthy = false
		return p.begin(c)
	}
	err := p.listen()
	p.healthy = err == nil
	return err
}

// faulty returns what the fault of the listen stage that is due acts on, nil where none
// is due.
func (p *presence) faulty(st *state) *connection {
	if !st.policy.has(StageListen) {
		return nil
	}
	ctx, cancel := context.WithCancel(p.run.ctx)
	c := p.daemon.unconnected(p.run, ctx, st)
	c.presence = p
	c.decide(&c.current, StageListen)
	if c.current.fault == nil {
		cancel()
		return nil
	}
	p.cancel = cancel
	return c
}

// begin does a step in a goroutine of its own, and returns when that is over or has
// nothing to do for now.
func (p *presence) begin(c *connection) error {
	settled, ended := make(chan struct{}), make(chan struct{})
	c.settle = sync.OnceFunc(func() { close(settled) })
	p.ended = ended
	failed := fmt.Errorf("%s has panicked: its event has the stack", c.current.Fault())
	go func() { // ends with the step, which ends with its context
		defer close(ended)
		defer c.end()
		defer func() {
			if c.acted != nil {
				c.acted()
			}
		}()
		defer c.rescue()
		failed = c.act(&c.current)
		if failed == nil {
			failed = p.listen()
		}
		c.returned = true
	}()
	select {
	case <-settled:
		return nil
	case <-ended:
		if errors.Is(failed, ErrClosed) {
			return nil
		}
		return failed
	}
}

// interrupt ends the step that is being done, if there is one.
func (p *presence) interrupt() {
	if p.cancel != nil {
		p.cancel()
		<-p.ended
		p.cancel = nil
	}
}

// end ends the presence: nothing of it is left at the place.
func (p *presence) end() error {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	p.interrupt()
	p.over = true
	if err := p.place.clear(); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// finds returns what clients find.
func (p *presence) finds() Found {
	if found := p.found.Load(); found != nil {
		return *found
	}
	return aLiveSocket
}

// leave ends listening and has clients find something else.
func (p *presence) leave(found Found) error {
	if err := p.place.leave(found); err != nil {
		return err
	}
	p.found.Store(&found)
	return nil
}

// listen listens at the place, unless the daemon does.
func (p *presence) listen() error {
	l, err := p.place.listen()
	if err != nil {
		return err
	}
	p.found.Store(nil)
	if l == nil {
		return nil
	}
	return p.daemon.serveAside(p.run, l)
}

// serveAside accepts the connections of a listener in a goroutine of its own. Where the
// daemon stops it closes the listener, and the error is ErrClosed.
func (d *FaultDaemon) serveAside(r *run, l net.Listener) error {
	if !r.listen(l) {
		return errors.Join(ErrClosed, l.Close())
	}
	go func() { // ends with the listener
		defer r.work.Done()
		if err := d.accept(l, r); err != nil && !errors.Is(err, net.ErrClosed) {
			d.events.add(&Event{Kind: EventError, Detail: err.Error()})
		}
	}()
	return nil
}
