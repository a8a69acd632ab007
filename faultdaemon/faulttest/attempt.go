package faulttest

import (
	"fmt"
	"time"
)

// attempts is the answer of a client that makes calls at once: what became of
// each.
type attempts []attempt

// An attempt is one of those calls, and its end.
type attempt struct {
	began, ended time.Time
	outcome
}

// make makes the call.
func (a *attempt) make(call func() (any, error)) {
	a.began = time.Now()
	guard(call, func(out outcome) { a.outcome, a.ended = out, time.Now() })
}

// take makes what became of a client's calls what became of the trial: its
// answers and, where it returned none itself, the first error and crash.
func (t *trial) take() {
	made, several := t.answer.(attempts)
	if !several {
		return
	}
	t.attempts = made
	answers := make([]any, len(made))
	for i, a := range made {
		answers[i] = a.answer
		if t.err == nil && a.err != nil {
			t.err = fmt.Errorf("call %d: %w", i, a.err)
		}
		if t.crash == "" && a.crash != "" {
			t.crash = fmt.Sprintf("call %d: %s", i, a.crash)
		}
	}
	t.answer = answers
}

// of is the trial as that of one call alone: what the daemon did after the call
// has ended is none of its business.
func (a attempt) of(t *trial) *trial {
	alone := *t
	alone.attempts = nil
	alone.asked, alone.ended = a.began, a.ended
	alone.answer, alone.err, alone.crash = a.answer, a.err, a.crash
	alone.events = t.events.Until(a.ended)
	return &alone
}
