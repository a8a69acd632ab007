package check

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Verdict says what a client did under a fault. It is a fact; whether it is
// right depends on the fault.
type Verdict string

const (
	// Survived: it exited with status 0 and the healthy output.
	Survived Verdict = "survived"

	// Rejected: it exited with another status, right after something that
	// the daemon did.
	Rejected Verdict = "rejected"

	// TimedOut: it exited with another status after a silence, which only a
	// timer of its own can have ended.
	TimedOut Verdict = "timed out"

	// WrongAnswer: it exited with status 0 and another output than the
	// healthy one.
	WrongAnswer Verdict = "wrong answer"

	// Hung: it was still running at the deadline, and was killed.
	Hung Verdict = "hung"

	// Crashed: a signal or the Go runtime ended it.
	Crashed Verdict = "crashed"

	// Untested: the fault did not act, or needs a client that does more.
	Untested Verdict = "untested"
)

// minTolerance is how late a client may at least exit and still have done so
// right after the daemon's last act.
const minTolerance = 50 * time.Millisecond

// A judge knows what the client does when the daemon is healthy, and when it
// is silent.
type judge struct {
	answer   output           // the healthy stdout
	does     faultdaemon.Need // what it was seen to do when healthy
	patience time.Duration    // how long it waits in a silence; 0 for ever
}

// newJudge returns the judge that learns from a healthy run and one under
// hang_before_response.
func newJudge(healthy, hanging *trial) *judge {
	j := &judge{answer: healthy.stdout, does: healthy.does()}
	if !hanging.killed {
		j.patience = hanging.silence()
	}
	return j
}

// tolerance is how long after the daemon's last act an exit still counts as
// at once: a fifth of the client's own timeout, 50 ms at least.
func (j *judge) tolerance() time.Duration { return max(minTolerance, j.patience/5) }

// verdict says what the client did, and why it is untested if it is.
func (j *judge) verdict(info faultdaemon.Info, t *trial) (verdict Verdict, why string) {
	missing := info.Needs &^ (j.does | t.does())
	idle := t.idle()
	switch {
	case t.killed:
		return Hung, ""
	case t.crashed():
		return Crashed, ""
	case missing != 0:
		return Untested, "needs " + missing.String()
	case idle != "":
		return Untested, idle
	case t.exit == 0 && t.stdout.equal(&j.answer):
		return Survived, ""
	case t.exit == 0:
		return WrongAnswer, ""
	case t.silence() > j.tolerance():
		return TimedOut, ""
	}
	return Rejected, ""
}

// right reports whether a verdict is among those that the fault's entry calls
// right. A fault that only delays may also outlast the client's patience.
func (j *judge) right(info faultdaemon.Info, verdict Verdict, t *trial) bool {
	switch verdict {
	case Survived:
		return info.Client&faultdaemon.Survives != 0
	case Rejected:
		return info.Client&faultdaemon.Rejects != 0 || j.outlasted(info, t)
	case TimedOut:
		// Once the wire has ended there is nothing to wait for, whatever other
		// arguments of the fault would leave.
		waits := info.Client&faultdaemon.Rejects == 0 || !t.wireEnded()
		return info.Client&faultdaemon.TimesOut != 0 && waits || j.outlasted(info, t)
	case WrongAnswer:
		return info.Client&faultdaemon.Differs != 0
	}
	return false
}

// outlasted reports whether a fault that only delays kept the client waiting
// for as long as it waits at all.
func (j *judge) outlasted(info faultdaemon.Info, t *trial) bool {
	return info.Client == faultdaemon.Survives && j.patience > 0 &&
		t.longestWait() >= j.patience-j.tolerance()
}

// result is the verdict on a trial, with whether it is right.
func (j *judge) result(c choice, t *trial) Result {
	r := Result{Fault: c.fault, Info: c.info, Took: t.took(), trial: t}
	r.Verdict, r.Untested = j.verdict(c.info, t)
	r.Right = j.right(c.info, r.Verdict, t)
	r.Outlasted = r.Right && r.Verdict != Survived && c.info.Client == faultdaemon.Survives
	return r
}
