package faulttest

import (
	"context"
	"errors"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A sessionCall is one of its calls.
type sessionCall struct {
	timedCall
	hung bool
}

// within calls f with a context that has the deadline, and waits for it until the
// grace after that is over.
func (s *sessionRun) within(ctx context.Context, f func(context.Context) (any, error)) (c sessionCall) {
	ctx, cancel := context.WithTimeout(ctx, s.opts.Deadline)
	defer cancel()
	late := time.NewTimer(s.opts.Deadline + s.opts.grace())
	defer late.Stop()
	c.began = time.Now()
	done := call(ctx, func(ctx context.Context, _ Dialer) (any, error) { return f(ctx) }, nil)
	select {
	case c.outcome = <-done:
	case <-late.C:
		c.hung = true
	}
	c.ended = time.Now()
	return c
}

// failed returns what went wrong with a call, nil if nothing did.
func (c *sessionCall) failed() error {
	switch {
	case c.hung:
		return errors.New("it had not returned in time")
	case c.crash != "":
		return errors.New(c.crash)
	}
	return c.err
}

// takeSession makes the call during the fault what was observed, with the session
// around it.
func (o *observation) takeSession(s *sessionRun) {
	whole := &verdict.Session{Number: s.number, Began: o.Started, Log: o.Log, Healthy: s.healed, Recover: s.opts.recovery()}
	var answers []any
	for _, c := range s.calls {
		alone := observation{}
		alone.Started, alone.Ended, alone.Hung = c.began, c.ended, c.hung
		alone.Answer, alone.Err, alone.Crash = c.answer, c.err, c.crash
		alone.Ending = alone.ending()
		whole.Calls = append(whole.Calls, alone.Observation)
		answers = append(answers, c.answer)
	}
	if len(s.calls) <= s.number {
		return // what went wrong when the daemon was healthy is the run's error
	}
	healthy, failed := s.healed.IsZero(), o.Err
	during := whole.Calls[s.number]
	o.Session, o.Leaks = whole, s.open
	o.Started, o.Ended, o.Hung = during.Started, during.Ended, during.Hung
	o.Answer, o.Err, o.Crash = during.Answer, during.Err, during.Crash
	if healthy {
		o.Answer, o.Err = answers, failed
	}
	o.Log = o.Log.Until(o.Ended).Since(s.inForce)
}
