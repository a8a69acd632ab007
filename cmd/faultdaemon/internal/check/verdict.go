package check

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
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
	owed     []int            // how many bytes it was sent, when healthy, for its first n requests
	patience time.Duration    // how long it waits for a reply; 0 for ever
	service  time.Duration    // how long it waits on a connection that is not served; 0 for ever
	deadline time.Duration    // how long it is let run
}

// newJudge returns the judge that learns from a healthy run, one under
// hang_before_response and one under hang_on_accept.
func newJudge(healthy, hanging, unserved *trial, deadline time.Duration) *judge {
	return &judge{
		answer: healthy.stdout, does: healthy.does(), owed: healthy.happened().Owed(),
		patience: hanging.patience(), service: unserved.patience(), deadline: deadline,
	}
}

// patience is how long the client waited in a run that is nothing but silent;
// 0 when it had to be killed.
func (t *trial) patience() time.Duration {
	if t.killed {
		return 0
	}
	return t.happened().Waited(t.started, t.ended)
}

// patienceAt is how long the client waits by itself for what a fault of this
// stage holds up; 0 for ever.
func (j *judge) patienceAt(stage faultdaemon.Stage) time.Duration {
	if stage == faultdaemon.StageAccept {
		return j.service
	}
	return j.patience
}

// lasts is how long a silence of this stage can last: until the client gives
// up, or is killed because it does not.
func (j *judge) lasts(stage faultdaemon.Stage) time.Duration {
	if patience := j.patienceAt(stage); patience > 0 {
		return patience
	}
	return j.deadline
}

// tolerance is how long after the daemon's last act an exit still counts as
// at once: a fifth of the client's own timeout, or of what it is let run where
// it has none; 50 ms at least.
func (j *judge) tolerance(stage faultdaemon.Stage) time.Duration {
	return max(minTolerance, j.lasts(stage)/5)
}

// does returns what the client was seen to do of the things that faults need.
func (t *trial) does() faultdaemon.Need {
	return evidence.Log(t.events).Does(t.calls, faultdaemon.Lines)
}

// silence is how long the daemon had done nothing when the client ended. The
// time that a program takes to start is none.
func (t *trial) silence() time.Duration {
	log := t.happened()
	if began := log.Began(); !began.IsZero() {
		return log.Silence(began, t.ended)
	}
	return log.Silence(t.started, t.ended)
}

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
	case t.silence() > j.tolerance(info.Stage):
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
	client := evidence.Client{
		Patience: j.patienceAt(info.Stage), Tolerance: j.tolerance(info.Stage), Tie: minTolerance, Owed: j.owed,
	}
	return client.Right(info.Client, did[verdict], evidence.Run{Log: t.happened(), Ended: t.ended})
}

// result is the verdict on a trial, with whether it is right.
func (j *judge) result(c choice, t *trial) Result {
	r := Result{Fault: c.fault, Info: c.info, Took: t.took(), trial: t}
	r.Verdict, r.Untested = j.verdict(c.info, t)
	r.Right = j.right(c.info, r.Verdict, t)
	r.Outlasted = r.Right && r.Verdict != Survived && c.info.Client == faultdaemon.Survives
	return r
}
