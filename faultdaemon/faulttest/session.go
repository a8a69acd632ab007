package faulttest

import (
	"context"
	"errors"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/session"
)

// RunSession runs one client object before, during and after every fault that the
// config's daemon can have, each fault in a subtest named after it. The client has to
// do under the fault what [Run] expects, and has to recover from it.
//
// open makes the client object, with dial or [SocketPath], and returns a function that
// makes call i with it and one that ends it. Call 0 comes while the daemon is healthy,
// call 1 during the fault, and the calls from 2 on when the daemon is healthy again,
// until one succeeds: within Options.Recover, or the verdict is [Stuck]. It has to
// have its own answer: that of another call, whose reply was late, is a
// [WrongAnswer]. Calls are numbered from 0 to 9 at most and have to have different
// answers; each has a context of its own, with the Deadline, while that of open
// lasts until the session ends:
//
//	faulttest.RunSession(t, cfg, func(ctx context.Context, dial faulttest.Dialer) (func(context.Context, int) (string, error), func(), error) {
//		c := myclient.New(dial)
//		return func(ctx context.Context, i int) (string, error) { return c.Get(ctx, fmt.Sprint(i)) }, c.Close, nil
//	}, nil)
//
// A fault that acts before requests shows only when a client connects. The daemon
// therefore ends the open connections when such a fault begins: see
// [faultdaemon.FaultDaemon.Disconnect]. Where the first call during the fault
// fails before the client has connected, or succeeds and the fault needs a second
// exchange or connection, another call is made during the fault, and judged.
//
// Before the faults, the same calls are made twice against the healthy daemon.
// Connections from dial that the client has not closed at its end count as [Leaked].
func RunSession[T any](t *testing.T, cfg faultdaemon.Config, open func(ctx context.Context, dial Dialer) (call func(ctx context.Context, i int) (T, error), end func(), err error), opts *Options) {
	t.Helper()
	r, err := newSessionRunner(t, cfg, open, opts)
	switch {
	case errors.Is(err, errElsewhere):
		return
	case err != nil:
		t.Fatal(err)
	}
	r.run()
}

// JudgeSession runs sessions as [RunSession] does and returns the report, without
// failing the test.
func JudgeSession[T any](t *testing.T, cfg faultdaemon.Config, open func(ctx context.Context, dial Dialer) (call func(ctx context.Context, i int) (T, error), end func(), err error), opts *Options) Report {
	t.Helper()
	r, err := newSessionRunner(t, cfg, open, opts)
	switch {
	case errors.Is(err, errElsewhere):
		return Report{Elsewhere: true}
	case err != nil:
		return Report{Err: err}
	}
	return r.judgeAll()
}

// newSessionRunner is newFaultRunner for a client that is judged by sessions.
func newSessionRunner[T any](t *testing.T, cfg faultdaemon.Config, open func(context.Context, Dialer) (func(context.Context, int) (T, error), func(), error), options *Options) (*runner, error) {
	if options == nil {
		options = new(Options)
	}
	opts := *options
	opts.session = func(ctx context.Context, dial Dialer) (func(context.Context, int) (any, error), func(), error) {
		call, end, err := open(ctx, dial)
		if err != nil {
			return nil, nil, err
		}
		return func(ctx context.Context, i int) (any, error) { return call(ctx, i) }, end, nil
	}
	return newFaultRunner(t, cfg, nil, 0, &opts)
}

// A sessionOpener opens what is judged, whatever the type of its answers.
type sessionOpener func(ctx context.Context, dial Dialer) (call func(ctx context.Context, i int) (any, error), end func(), err error)

// daemonKey is the key of a context's daemon.
type daemonKey struct{}

// daemonOf returns the daemon of the run that a client's context belongs to.
func daemonOf(ctx context.Context) *faultdaemon.FaultDaemon {
	d, _ := ctx.Value(daemonKey{}).(*faultdaemon.FaultDaemon)
	return d
}

// inSession runs a session, against a daemon that is healthy at first and under the
// fault of the config during the call that this is about.
func (r *runner) inSession(cfg faultdaemon.Config) (*observation, error) {
	healthy, script, err := session.Healthy(cfg)
	if err != nil {
		return nil, err
	}
	c := func(ctx context.Context, dial Dialer) (any, error) {
		s := &sessionRun{Script: script, opts: r.opts}
		s.Daemon = daemonOf(ctx)
		return s, s.run(context.WithoutCancel(ctx), dial)
	}
	opts := r.opts
	opts.Deadline = opts.longest()
	if opts.Real {
		return inReal(c, healthy, opts)
	}
	return inBubble(r.t, c, healthy, opts.Deadline, watchdog)
}
