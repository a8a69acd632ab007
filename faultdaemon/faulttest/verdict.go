package faulttest

import (
	"slices"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// A Verdict says what a client did under a fault. It is a fact; whether it is
// right depends on the fault.
type Verdict string

const (
	// Survived: no error, and the healthy answer.
	Survived Verdict = "survived"

	// Rejected: an error, right after the daemon's last act on the wire:
	// bytes, a close or a reset.
	Rejected Verdict = "rejected"

	// TimedOut: an error after a silence, which a deadline or a timer of the
	// client's own has ended.
	TimedOut Verdict = "timed out"

	// WrongAnswer: no error, and not the healthy answer.
	WrongAnswer Verdict = "wrong answer"

	// Hung: the client was not back a minute after its deadline.
	Hung Verdict = "hung"

	// Crashed: a panic, a runtime.Goexit or, with Options.Isolate, anything
	// else that ended the process.
	Crashed Verdict = "crashed"

	// Leaked: what the client returned was right, and goroutines of its own
	// are alive after it returned and the daemon stopped.
	Leaked Verdict = "leaked"

	// Untested: the fault never acted, or needs a client that does more.
	Untested Verdict = "untested"
)

// A judge knows what the client does when the daemon is healthy, and when it
// is silent.
type judge struct {
	answer   any
	atOnce   bool // the answer is a []any, of calls at once
	equal    func(healthy, got any) bool
	does     faultdaemon.Need // what it was seen to do when healthy
	owed     []int            // how many bytes it was sent, when healthy, for its first n requests
	patience patience
	deadline time.Duration // of its context
	real     bool          // the clock is
	leaks    []string      // the stacks that are left even when healthy
}

// leastTolerance is how late anything may be on the real clock.
const leastTolerance = 50 * time.Millisecond

// tolerance is how long after the daemon's last act an error still counts as
// at once. It covers a last back-off: less than a tenth of the client's own
// timer in virtual time; a fifth of it, and 50 ms at least, on the real clock.
func (j *judge) tolerance() time.Duration {
	patience := j.patience.Reply
	if patience == 0 {
		patience = j.deadline
	}
	if j.real {
		return max(leastTolerance, patience/5)
	}
	return max(patience/10-time.Microsecond, 0)
}

// verdict says what the client did, and why it is untested if it is.
func (j *judge) verdict(info faultdaemon.Info, t *trial) (verdict Verdict, why string) {
	missing := info.Needs &^ (j.does | t.does)
	switch {
	case t.crash != "":
		return Crashed, ""
	case t.hung:
		return Hung, ""
	case missing != 0:
		return Untested, "it needs " + missing.String() + ", which the client does not make"
	case t.fired == 0:
		return Untested, t.idle()
	case t.err == nil && !j.atOnce && j.equal(j.answer, t.answer):
		return Survived, ""
	case t.err == nil:
		return WrongAnswer, ""
	case t.silence() > j.tolerance(), t.took() >= j.deadline:
		return TimedOut, ""
	}
	return Rejected, ""
}

// did is what a verdict is in the words of entries; the others are right
// nowhere.
var did = map[Verdict]faultdaemon.Outcome{
	Survived: faultdaemon.Survives, Rejected: faultdaemon.Rejects,
	TimedOut: faultdaemon.TimesOut, WrongAnswer: faultdaemon.Differs,
}

// right reports whether a verdict is right under a fault.
func (j *judge) right(info faultdaemon.Info, verdict Verdict, t *trial) bool {
	client := evidence.Client{Patience: j.patience.Reply, Tolerance: j.tolerance(), Owed: j.owed}
	if info.Stage == faultdaemon.StageAccept {
		client.Patience = j.patience.Service
	}
	if j.real {
		client.Tie = leastTolerance
	}
	return client.Right(info.Client, did[verdict], t.run())
}

// leftHealthy returns the stacks that are left even when healthy.
func (j *judge) leftHealthy() []string {
	return slices.Compact(slices.Sorted(slices.Values(j.leaks)))
}

// leaked returns the stacks that a trial left behind and that a healthy run
// does not.
func (j *judge) leaked(t *trial) (stacks []string) {
	for _, stack := range t.leaks {
		if !slices.Contains(j.leaks, stack) {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}

// result is the verdict on a trial, with whether it is right.
func (j *judge) result(c choice, t *trial) Result {
	r := Result{
		Fault: c.fault, Err: t.err, Took: t.took(), Calls: len(t.calls), Connections: t.connections,
		Info: c.info, Events: t.events, Crash: t.crash, Answer: t.answer, started: t.started, ending: t.ending,
	}
	if jury := j.jury(t); jury != nil && t.crash == "" && !t.hung {
		r.Verdict, r.Why, r.OK = jury.verdict(c.info, t)
		r.ending = func() string { return jury.ending(t) }
	} else {
		r.Verdict, r.Why = j.verdict(c.info, t)
		r.OK = j.right(c.info, r.Verdict, t)
	}
	switch leaks := j.leaked(t); {
	case r.Verdict == Untested:
		r.OK = c.excused(j.does|t.does, t)
	case r.OK && len(leaks) > 0:
		r.Verdict, r.Leaks, r.OK = Leaked, leaks, false
	}
	return r
}
