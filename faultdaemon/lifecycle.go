package faultdaemon

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// Start listens on the daemon's socket path, or in memory, and serves. When it
// returns without an error, a dial succeeds, or meets what a fault of the listen
// stage does first.
//
// The socket is only the user's (0600), a missing directory is made (0700). A
// socket at the path that nobody listens on is replaced; a live daemon's
// socket, a regular file or a directory is left alone and is an error, as are
// a path too long for the platform, a Config that cannot be used, and a
// daemon that is already started. With an error nothing has changed on disk.
func (d *FaultDaemon) Start() error {
	d.lock()
	defer d.lifecycle.Unlock()
	r, err := d.running()
	if err != nil {
		return err
	}
	if r.home != nil {
		return fmt.Errorf("faultdaemon: start: already started on %s: stop it first", r.home.addr())
	}
	if err := d.startAt(r, d.place()); err != nil {
		d.discard(r)
		return fmt.Errorf("faultdaemon: start: %w", err)
	}
	return nil
}

// startAt listens at Start's place.
func (d *FaultDaemon) startAt(r *run, p place) error {
	if r.present() == nil {
		if err := d.appear(r, p); err != nil {
			return err
		}
		r.setHome(p)
		return nil
	}
	l, err := p.listen()
	if err != nil {
		return err
	}
	if err := d.serveAside(r, l); err != nil {
		return err
	}
	r.setHome(p)
	d.started(p.addr())
	return nil
}

// StartOn starts the daemon on a listener of any kind, as Start does on one of
// its own, and returns when it serves. The daemon closes l when it stops, and
// where StartOn returns an error. It may follow Start, and itself.
//
// Faults of the listen stage that end listening act in one place, Start's or that of
// a TCP listener, whichever was first.
func (d *FaultDaemon) StartOn(l net.Listener) error {
	d.lock()
	defer d.lifecycle.Unlock()
	r, err := d.running()
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if p := placeOf(l); p != nil && r.presence == nil {
		err := d.appear(r, p)
		d.discard(r) // where it is idle
		return err
	}
	r.listen(l)
	d.started(l.Addr())
	if d.open(l, r) != nil {
		r.work.Done()
		return nil
	}
	go func() { // ends with the run
		defer r.work.Done()
		if err := d.accept(l, r); err != nil {
			d.events.add(&Event{Kind: EventError, Detail: err.Error()})
		}
	}()
	return nil
}

// Serve accepts and serves connections of any listener until the daemon
// stops, then returns nil; it closes l in any case. A listener that fails for
// good is an error; the connections that it accepted live on. Serve may run
// beside Start and several times; alone, it starts the daemon.
//
// A connection that has a method Unwrap() net.Conn is read, written and ended by
// what that returns, and is closed after it. One that has a method Begin() error is
// told when the faults of the process stage are over and nothing was read yet; an
// error ends it.
//
// Faults of the listen stage cannot end listening on l, which only StartOn can.
func (d *FaultDaemon) Serve(l net.Listener) error {
	d.lock()
	r, err := d.running()
	if err == nil {
		r.listen(l)
		d.started(l.Addr())
	}
	d.lifecycle.Unlock()
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer r.work.Done()
	defer func() { _ = l.Close() }()
	if d.open(l, r) != nil {
		return nil
	}
	return d.accept(l, r)
}

// started says where the daemon listens and where its chance comes from.
func (d *FaultDaemon) started(at net.Addr) {
	d.events.add(&Event{Kind: EventStarted, Detail: at.String() + ", seed " + strconv.FormatUint(d.state.Load().seed, 10)})
}

// lock takes lifecycle at a moment when no run is coming to its end. It does
// not hold it while it waits for that: who waits for a mutex is in the way of
// virtual time.
func (d *FaultDaemon) lock() {
	for {
		d.lifecycle.Lock()
		d.mu.Lock()
		r := d.run
		d.mu.Unlock()
		if r == nil || !r.stopping() {
			return
		}
		d.lifecycle.Unlock()
		d.await(r)
	}
}

// await returns when a run that was halted has come to its end.
func (d *FaultDaemon) await(r *run) {
	r.work.Wait()
	if p := r.present(); p != nil {
		if err := p.end(); err != nil {
			d.events.add(&Event{Kind: EventError, Detail: err.Error()})
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run == r {
		d.run = nil
		d.events.add(&Event{Kind: EventStopped})
	}
}

// running returns the run that is on, or begins one. It is called with
// lifecycle held.
func (d *FaultDaemon) running() (*run, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.invalid != nil {
		return nil, fmt.Errorf("faultdaemon: %w", d.invalid)
	}
	if d.run == nil {
		d.run = newRun()
	}
	return d.run, nil
}

// discard ends a run that has come to nothing.
func (d *FaultDaemon) discard(r *run) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.idle() {
		r.cancel()
		d.run = nil
	}
}

// Stop ends every connection with a clean EOF and every listener, and removes
// the socket file if it is still the one that Start made. It takes
// milliseconds whatever fault is active, and as long as a user's handler that
// does not return. When it returns, nothing of the daemon runs any more;
// counters and calls stay. Without a Start it does nothing; Start may follow.
func (d *FaultDaemon) Stop() {
	d.lifecycle.Lock()
	d.mu.Lock()
	r := d.run
	d.mu.Unlock()
	if r != nil {
		r.halt()
	}
	d.lifecycle.Unlock()
	if r != nil {
		d.await(r)
	}
}
