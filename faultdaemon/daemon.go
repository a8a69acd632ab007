package faultdaemon

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
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

// SetFault changes the fault, for the next exchange of open connections and
// for the next connection; an exchange that is being hurt goes on. What a fault of
// the listen stage does ends, and where it had ended listening the daemon listens. It
// panics when the fault is unknown, its arguments do not suit it or it does not apply
// to the protocol, with the error that Start would return.
func (d *FaultDaemon) SetFault(fault Fault) {
	d.replace(func(now *state) (*state, error) { return now.withFault(fault) })
}

// SetConfig changes everything at once, for the next exchange of open
// connections and for the next connection; open connections keep their
// protocol and size limit. It panics when the config cannot be used, with the
// error that Start would return.
func (d *FaultDaemon) SetConfig(config Config) {
	d.replace(func(now *state) (*state, error) { return newState(config, now.seed) })
}

// replace puts another state in force, and has the daemon follow it where it listens.
func (d *FaultDaemon) replace(next func(now *state) (*state, error)) {
	d.change(next)
	d.follow()
}

// change puts another state in force.
func (d *FaultDaemon) change(next func(now *state) (*state, error)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	st, err := next(d.state.Load())
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
