package faultdaemon

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// A FaultDaemon is a daemon that misbehaves on purpose. All its methods may be
// called concurrently, but not Start and Stop by a handler of its own: Stop
// waits for handlers.
type FaultDaemon struct {
	path        string
	state       atomic.Pointer[state]
	connections atomic.Int64
	connected   signal
	calls       callLog
	events      eventLog
	fired       firedLog

	lifecycle sync.Mutex // held while a run begins or is told to end; see lock

	mu      sync.Mutex
	invalid error // why the Config given to New cannot be used
	run     *run  // nil while stopped
}

// New returns a daemon that will listen on the Unix socket at socketPath, or
// in memory when that is empty. It does nothing yet: what is wrong with the
// config is said by [FaultDaemon.Start].
func New(socketPath string, config Config) *FaultDaemon {
	d := &FaultDaemon{path: socketPath}
	st, err := newState(config, rand.Uint64())
	d.install(st)
	d.invalid = err
	return d
}

// install puts a state in force.
func (d *FaultDaemon) install(st *state) {
	d.calls.keep(st.config.MaxCalls)
	d.events.listen(st.config.Trace)
	if st.policy != nil {
		for _, f := range st.policy.faults() {
			d.fired.add(f, 0)
		}
	}
	d.state.Store(st)
}

// Start listens on the daemon's socket path, or in memory, and serves. When it
// returns without an error, a dial succeeds.
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
	if r.started != nil {
		return fmt.Errorf("faultdaemon: start: already started on %s: stop it first", r.started.Addr())
	}
	l, err := d.listen()
	if err != nil {
		d.discard(r)
		return fmt.Errorf("faultdaemon: start: %w", err)
	}
	r.start(l)
	d.events.add(Event{Kind: EventStarted, Detail: fmt.Sprintf("%s, seed %d", l.Addr(), d.state.Load().seed)})
	go func() {
		defer r.work.Done()
		if err := d.accept(l, r); err != nil {
			d.events.add(Event{Kind: EventError, Detail: err.Error()})
		}
	}()
	return nil
}

// Serve accepts and serves connections of any listener until the daemon
// stops, then returns nil; it closes l in any case. A listener that fails for
// good is an error; the connections that it accepted live on. Serve may run
// beside Start and several times; alone, it starts the daemon.
func (d *FaultDaemon) Serve(l net.Listener) error {
	d.lock()
	r, err := d.running()
	if err == nil {
		r.listen(l)
	}
	d.lifecycle.Unlock()
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer r.work.Done()
	defer func() { _ = l.Close() }()
	return d.accept(l, r)
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
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run == r {
		d.run = nil
		d.events.add(Event{Kind: EventStopped})
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

// SetFault changes the fault, for the next exchange of open connections and
// for the next connection; an exchange that is being hurt goes on. It panics
// when the fault is unknown, its arguments do not suit it or it does not apply
// to the protocol, with the error that Start would return.
func (d *FaultDaemon) SetFault(fault Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.replace(d.state.Load().withFault(fault))
}

// SetConfig changes everything at once, for the next exchange of open
// connections and for the next connection; open connections keep their
// protocol and size limit. It panics when the config cannot be used, with the
// error that Start would return.
func (d *FaultDaemon) SetConfig(config Config) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.replace(newState(config, d.state.Load().seed))
}

func (d *FaultDaemon) replace(st *state, err error) {
	if err != nil {
		panic(fmt.Errorf("faultdaemon: %w", err))
	}
	d.invalid = nil
	d.install(st)
}

// Config returns the present configuration, to change and set again.
func (d *FaultDaemon) Config() Config { return d.state.Load().config }

// SocketPath returns the path given to New, empty for a daemon in memory.
func (d *FaultDaemon) SocketPath() string { return d.path }

// ConnectionCount returns how many connections were accepted since New.
func (d *FaultDaemon) ConnectionCount() int64 { return d.connections.Load() }

// WaitForConnections waits until ConnectionCount is n or more. When ctx ends
// first, the error says how many there are and wraps ctx's.
func (d *FaultDaemon) WaitForConnections(ctx context.Context, n int) error {
	return d.connected.await(ctx, "connections", n, d.ConnectionCount)
}

// Addr returns the address that clients dial: of Start's listener or, without
// one, of the first that is being served; nil while the daemon is stopped.
func (d *FaultDaemon) Addr() net.Addr {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run == nil {
		return nil
	}
	if l := d.run.first(); l != nil {
		return l.Addr()
	}
	return nil
}

// Dial returns a client's connection to the daemon: in memory where it listens
// in memory, else over the socket that Addr names. It is an error while the
// daemon is stopped.
func (d *FaultDaemon) Dial(ctx context.Context) (net.Conn, error) {
	d.mu.Lock()
	var l net.Listener
	if d.run != nil {
		l = d.run.first()
	}
	d.mu.Unlock()
	switch l := l.(type) {
	case nil:
		return nil, errors.New("faultdaemon: dial: the daemon is stopped: call Start first")
	case *memnet.Listener:
		c, err := l.Dial(ctx)
		if err != nil {
			return nil, err // not c: an interface with a nil pointer in it
		}
		return c, nil
	default:
		var dialer net.Dialer
		return dialer.DialContext(ctx, l.Addr().Network(), l.Addr().String())
	}
}

// listen makes the listener of Start.
func (d *FaultDaemon) listen() (net.Listener, error) {
	if d.path == "" {
		return memnet.Listen(), nil
	}
	return listenUnix(d.path)
}
