package faulttest

import (
	"context"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	"github.com/faultdaemon/toolkit/internal/session"
)

// within calls f with a context that has the deadline, and waits for it until the
// grace after that is over.
func (s *sessionRun) within(ctx context.Context, f func(context.Context) (any, error)) (c session.Call) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Deadline)
	defer cancel()
	late := time.NewTimer(s.opts.Deadline + s.opts.grace())
	defer late.Stop()
	var alone observation
	alone.Started = time.Now()
	done := call(ctx, func(ctx context.Context, _ Dialer) (any, error) { return f(ctx) }, nil)
	select {
	case out := <-done:
		alone.Answer, alone.Err, alone.Crash = out.answer, out.err, out.crash
	case <-late.C:
		alone.Hung = true
	}
	alone.Ended = time.Now()
	return session.Call{
		Began: alone.Started, Ended: alone.Ended, Answer: alone.Answer, Err: alone.Err, Crash: alone.Crash, Hung: alone.Hung,
		Ending: alone.ending(),
	}
}

// takeSession makes the call during the fault what was observed, with the session
// around it.
func (o *observation) takeSession(s *sessionRun) {
	s.Take(&o.Observation)
	if o.Session != nil {
		o.Leaks = s.open
	}
}

// observeEnd records what the daemon has done that has stopped: what was under way when
// the client returned, and what it has found removed then.
func (o *observation) observeEnd(d *faultdaemon.FaultDaemon) {
	if o.Session == nil {
		o.Observe(d)
		return
	}
	whole := verdict.Observation{Ended: o.over}
	whole.Observe(d)
	o.Session.Log = whole.Log
}
