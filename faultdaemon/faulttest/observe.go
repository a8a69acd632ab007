package faulttest

import (
	"context"
	"fmt"
	"net"
	"runtime/debug"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A Dialer opens a connection to the daemon of a run.
type Dialer func(ctx context.Context) (net.Conn, error)

// client is what is judged, whatever the type of its answer.
type client func(ctx context.Context, dial Dialer) (any, error)

// An observation is one run of a function.
type observation struct {
	verdict.Observation
	stalled bool      // virtual time stood still
	over    time.Time // when the client had returned; of a session, too
}

// outcome is how a call of the client ended.
type outcome struct {
	answer any
	err    error
	crash  string
}

// goexit is the crash of a client that ended its goroutine.
const goexit = "runtime.Goexit: the client ended its goroutine, as FailNow, Skip and testify's require do on a test: return an error instead"

// call runs the client in a goroutine of its own, which ends with the client.
func call(ctx context.Context, c client, dial Dialer) <-chan outcome {
	done := make(chan outcome, 1)
	go guard(func() (any, error) { return c(ctx, dial) }, func(out outcome) { done <- out })
	return done
}

// guard calls f and hands on how that ended, whatever f does to its goroutine.
func guard(f func() (any, error), ended func(outcome)) {
	out := outcome{crash: goexit}
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
// run listens, for clients that dial by themselves. ctx is the client's
// context, or one derived from it. The path is empty unless Options.Real or
// Options.Socket is set: without them, the daemon listens in memory and only
// the client's Dialer reaches it.
func SocketPath(ctx context.Context) string {
	path, _ := ctx.Value(pathKey{}).(string)
	return path
}

// drive calls the client, waits for its return until the grace after its
// deadline is over, and stops the daemon, which releases a client that hangs.
// settle returns when the daemon has done all that it is about to do.
func (o *observation) drive(c client, d *faultdaemon.FaultDaemon, dial Dialer, deadline, grace time.Duration, settle func()) {
	ctx := context.WithValue(context.Background(), pathKey{}, d.SocketPath())
	ctx = context.WithValue(ctx, daemonKey{}, d)
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	o.Started = time.Now()
	done := call(ctx, c, dial)
	late := time.NewTimer(deadline + grace)
	defer late.Stop()
	var out outcome
	select {
	case out = <-done:
	case <-late.C:
		o.Hung = true
	}
	o.Ended = time.Now()
	o.over = o.Ended
	settle()
	o.Observe(d)
	o.take(out)
	d.Stop()
	cancel()
	if o.Hung {
		late.Reset(grace)
		select {
		case <-done:
		case <-late.C: // it is left behind
		}
	}
}

// take takes over how the client ended.
func (o *observation) take(out outcome) {
	o.Answer, o.Err, o.Crash = out.answer, out.err, out.crash
	if made, several := out.answer.(calls); several {
		o.takeCalls(made)
	}
	if s, several := out.answer.(*sessionRun); several {
		o.takeSession(s)
	}
	o.Ending = o.ending()
}

// ending says how the client ended.
func (o *observation) ending() string {
	switch {
	case o.Crash != "":
		return "crashed: " + o.Crash
	case o.stalled:
		return "never returned: " + stall
	case o.Hung:
		return fmt.Sprintf("had not returned after %s", verdict.Brief(o.Took()))
	case o.Err != nil:
		return fmt.Sprintf("returned the error %q after %s", o.Err, verdict.Brief(o.Took()))
	}
	return fmt.Sprintf("returned %s after %s", verdict.Clip(fmt.Sprintf("%#v", o.Answer)), verdict.Brief(o.Took()))
}
