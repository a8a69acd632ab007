package verdict

import (
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Judge compares a run under a fault with the healthy runs and returns its
// result.
func (c *Client) Judge(fault Case, o Observation) Result {
	if o.Session != nil {
		return c.judgeSession(fault, o)
	}
	return c.judge(fault, o)
}

// judge is Judge for one call, or for calls at once.
func (c *Client) judge(fault Case, o Observation) Result {
	r := newResult(fault, o)
	expected := false
	if calls := c.calls(o); calls != nil && o.finished() {
		r.Verdict, r.Why, expected = calls.verdict(fault.Info, o)
		r.Client = calls.ending(o)
	} else {
		r.Verdict, r.Why = c.verdict(fault.Info, o)
		expected = c.expects(fault.Info, r.Verdict, o)
	}
	passes := c.passes(c.grade(r.Verdict, expected, fault), o.sawEnd(fault.Info.Stage))
	if v, why := c.beyond(fault.Info, o, passes); v != "" && r.Verdict != Untested && o.finished() {
		r.Verdict, r.Why, expected = v, why, false
	}
	r.Note = o.note(fault.Info)
	if r.Verdict == Leaked {
		r.Leaks = c.leaked(o)
	}
	if r.Memory -= c.memory; r.Memory < 0 {
		r.Memory = 0
	}
	r.Grade = c.grade(r.Verdict, expected, fault)
	r.OK = c.passes(r.Grade, o.sawEnd(fault.Info.Stage))
	if r.Verdict == Untested {
		r.OK = fault.excused(c.capabilities, o)
	}
	r.Expected, r.Cure = expectation(r.Verdict, fault.Info, o.sawEnd(fault.Info.Stage)), cure(r, o.Spawned)
	return r
}

// verdict says what the client did, and why it is untested if it is.
func (c *Client) verdict(info faultdaemon.Info, o Observation) (v Verdict, why string) {
	missing := info.Needs &^ (c.capabilities | o.capabilities)
	switch {
	case o.Crash != "":
		return Crashed, ""
	case o.Hung:
		return Hung, ""
	case missing != 0:
		return Untested, "it needs " + missing.String() + ", which the client does not make"
	case o.Fired == 0:
		return Untested, o.idle()
	case o.Err == nil && !c.concurrent && c.Equal(c.Answer, o.Answer):
		return Survived, ""
	case o.Err == nil:
		return WrongAnswer, ""
	case o.silence(c.starting) > c.tolerance(info.Stage), o.timed() >= c.Deadline:
		return TimedOut, ""
	}
	return Rejected, ""
}

// beyond returns the verdict on what a client did besides its answer, and why;
// "" if it did nothing. passes says whether the result passes by its answer.
func (c *Client) beyond(info faultdaemon.Info, o Observation, passes bool) (Verdict, string) {
	whole := o
	if o.Session != nil {
		whole.Log = o.Session.Log
	}
	if what := whole.Log.removed(); what != "" && !c.removes {
		return Removed, "it removed " + what
	}
	if what := whole.Log.secondDaemon(); what != "" && !c.launches {
		return SecondDaemon, "it launched a daemon beside " + what
	}
	if request := c.repeated(whole); request != nil {
		return Repeated, "it sent this again, which the daemon had carried out: " + Quote(request)
	}
	if why := c.grew(info, o); why != "" {
		return Grew, why
	}
	if why := c.spun(info, o); why != "" {
		return Spun, why
	}
	if passes && len(c.leaked(o)) > 0 {
		return Leaked, ""
	}
	return "", ""
}

// excused reports whether an untested fault does not fail: the client does not
// do what the fault needs, or the fault found that it cannot act on what the
// daemon replies. A fault that was asked for by name has to act.
func (f Case) excused(capabilities faultdaemon.Need, o Observation) bool {
	return f.Info.Needs&^(capabilities|o.capabilities) != 0 || o.notFired() != "" && !f.Named
}

// Doubtful reports whether a result fails possibly only because the machine was
// busy, so that the run is worth repeating. An error that came at once, or
// after a silence, may have been late, or the daemon was. A silence that is as
// long as the client's own, and longer than a fifth of the deadline, is not
// doubtful: the client's timer ended it. Nor is a hang, unless the client took
// more than that fifth to connect. Running these again would take as long once
// more, for each fault, and change nothing.
func (c *Client) Doubtful(r Result, o Observation) bool {
	late := c.Deadline / 5
	switch stage := r.Info.Stage; {
	case r.OK && r.Grade != Late, r.Verdict == Untested:
		return false
	case r.Verdict == Rejected:
		return true
	case r.Verdict == TimedOut:
		return o.silence(c.starting) < max(late, c.lasts(stage)-c.tolerance(stage))
	case r.Verdict == Hung:
		began := o.Log.Began()
		return began.IsZero() || began.Sub(o.Started) > late
	}
	return false
}

// worse orders results by how much they weigh: what fails first, then by grade,
// as they came among equals.
func worse(a, b Result) int {
	if a.OK != b.OK {
		if b.OK {
			return -1
		}
		return 1
	}
	return slices.Index(grades, a.Grade) - slices.Index(grades, b.Grade)
}
