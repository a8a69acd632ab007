package faulttest

import (
	"fmt"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// calls is the answer of a client that makes several at once: what became of
// each.
type calls []timedCall

// A timedCall is one of those calls, and its end.
type timedCall struct {
	began, ended time.Time
	outcome
}

// make makes the call.
func (c *timedCall) make(call func() (any, error)) {
	c.began = time.Now()
	guard(call, func(out outcome) { c.outcome, c.ended = out, time.Now() })
}

// takeCalls makes what became of a client's calls what became of the run: its
// answers and, where it returned none itself, the first error and crash.
func (o *observation) takeCalls(made calls) {
	answers := make([]any, len(made))
	for i, c := range made {
		answers[i] = c.answer
		if o.Err == nil && c.err != nil {
			o.Err = fmt.Errorf("call %d: %w", i, c.err)
		}
		if o.Crash == "" && c.crash != "" {
			o.Crash = fmt.Sprintf("call %d: %s", i, c.crash)
		}
	}
	o.Answer = answers
	for _, c := range made {
		o.Concurrent = append(o.Concurrent, c.in(o))
	}
}

// in is the observation of one call alone: what the daemon did after the call
// has ended is none of its business.
func (c timedCall) in(o *observation) verdict.Observation {
	alone := *o
	alone.Concurrent = nil
	alone.Asked, alone.Ended = c.began, c.ended
	alone.Answer, alone.Err, alone.Crash = c.answer, c.err, c.crash
	alone.Log = o.Log.Until(c.ended)
	alone.Ending = alone.ending()
	return alone.Observation
}
