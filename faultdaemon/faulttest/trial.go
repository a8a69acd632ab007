package faulttest

import (
	"context"
	"fmt"
	"net"
	"runtime/debug"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// A Dialer opens a client's connection to a daemon.
type Dialer func(ctx context.Context) (net.Conn, error)

// client is what is judged, whatever the type of its answer.
type client func(ctx context.Context, dial Dialer) (any, error)

// A trial is one run of the client: what it did, and what its daemon did.
type trial struct {
	started, ended time.Time
	answer         any
	err            error
	crash          string // how it ended, if it did not return, and the stack
	hung           bool   // it was not back in time
	jammed         bool   // virtual time stood still
	leaks          []string
	fired          int // how often a fault acted
	connections    int
	does           faultdaemon.Need
	events         evidence.Log // until the client returned
	calls          []faultdaemon.RPCCall
	attempts       attempts  // of a client that makes calls at once
	asked          time.Time // when the client asked for what it waits for; zero: as the events say
	invalid        error     // why there was no daemon
}

// silence is how long nothing had happened when the client returned.
func (t *trial) silence() time.Duration { return t.events.Silence(t.started, t.ended) }

// run is the trial as the rules for what is right see it.
func (t *trial) run() evidence.Run {
	return evidence.Run{Log: t.events, Asked: t.asked, Ended: t.ended}
}

// took is how long the client ran, to the microsecond.
func (t *trial) took() time.Duration { return t.ended.Sub(t.started).Truncate(time.Microsecond) }

// outcome is how a call of the client ended.
type outcome struct {
	answer any
	err    error
	crash  string
}

// wentAway is the crash of a client that ended its goroutine.
const wentAway = "runtime.Goexit: the client ended its goroutine, as FailNow, Skip and testify's require do on a test: return an error instead"

// call runs the client in a goroutine of its own, which ends with the client.
func call(ctx context.Context, c client, dial Dialer) <-chan outcome {
	done := make(chan outcome, 1)
	go guard(func() (any, error) { return c(ctx, dial) }, func(out outcome) { done <- out })
	return done
}

// guard calls f and hands on how that ended, whatever f does to its goroutine.
func guard(f func() (any, error), ended func(outcome)) {
	out := outcome{crash: wentAway}
	defer func() {
		if v := recover(); v != nil {
			out = outcome{crash: fmt.Sprintf("panic: %v\n%s", v, plain(string(debug.Stack())))}
		}
		ended(out)
	}()
	answer, err := f()
	out = outcome{answer: answer, err: err}
}

// pathKey is the key of a context's socket path.
type pathKey struct{}

// SocketPath returns the path of the Unix socket on which the daemon of this
// run listens, for clients that dial by themselves. ctx is the one that the
// client was given, or one made from it. The path is empty unless Options.Real
// or Options.Socket is set: otherwise the daemon listens in memory and only
// the client's Dialer reaches it.
func SocketPath(ctx context.Context) string {
	path, _ := ctx.Value(pathKey{}).(string)
	return path
}

// play calls the client, waits for its return as long as there is patience,
// and stops the daemon, which lets go of a client that hangs. settle returns
// when the daemon has done all that it is about to do.
func (t *trial) play(c client, d *faultdaemon.FaultDaemon, dial Dialer, deadline, grace time.Duration, settle func()) {
	ctx := context.WithValue(context.Background(), pathKey{}, d.SocketPath())
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	t.started = time.Now()
	done := call(ctx, c, dial)
	late := time.NewTimer(deadline + grace)
	defer late.Stop()
	select {
	case out := <-done:
		t.answer, t.err, t.crash = out.answer, out.err, out.crash
		t.take()
	case <-late.C:
		t.hung = true
	}
	t.ended = time.Now()
	settle()
	t.look(d)
	d.Stop()
	cancel()
	if t.hung {
		late.Reset(grace)
		select {
		case <-done:
		case <-late.C: // it is left behind
		}
	}
}

// look takes down what the daemon has seen and done.
func (t *trial) look(d *faultdaemon.FaultDaemon) {
	t.events, t.calls, t.connections = d.Events(), d.GetCalls(), int(d.ConnectionCount())
	for _, n := range d.Fired() {
		t.fired += n
	}
	t.does = t.events.Does(t.calls, protocolOf(d.Config()))
}
