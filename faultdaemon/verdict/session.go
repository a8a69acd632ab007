package verdict

import (
	"fmt"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Session is what one client object did before, during and after a fault. The
// [Observation] that has it is that of the call during the fault alone.
type Session struct {
	Calls  []Observation // in order, each with its answer or error and its times
	Number int           // of the call during the fault, from 0
	AtEnd  bool          // that call is the last, and the client failed when it was to end
	Began  time.Time
	Log    Log // of the whole session

	// Healthy is when the daemon was healthy again, and Recover the time from then
	// on in which a call has to succeed.
	Healthy time.Time
	Recover time.Duration
}

// during returns the client as if it made only the call during the fault, with the
// healthy answer of that call; the client itself if it is judged by no session.
func (c *Client) during(o Observation) *Client {
	answers := c.answers(o)
	if answers == nil {
		return c
	}
	alone := *c
	alone.Answer = answers[o.Session.Number]
	return &alone
}

// answers are the healthy ones of a session's calls.
func (c *Client) answers(o Observation) []any {
	if o.Session == nil || len(o.Session.Calls) <= o.Session.Number {
		return nil
	}
	answers, _ := c.Answer.([]any)
	return answers
}

// before returns [WrongAnswer], and says of which call, if a call before the one that
// is judged had not its own answer, and the fault is no reason for that.
func (c *Client) before(info faultdaemon.Info, o Observation) (Verdict, string) {
	answers := c.answers(o)
	if answers == nil || info.Client&faultdaemon.Differs != 0 {
		return "", ""
	}
	for n, call := range o.Session.Calls[:o.Session.Number] {
		if call.Err == nil && !c.Equal(answers[n], call.Answer) {
			return WrongAnswer, fmt.Sprintf("call %d, during the fault, %s%s", n, call.Ending, c.whose(answers, call.Answer))
		}
	}
	return "", ""
}

// afterwards returns the verdict on the calls of a session that came when the daemon
// was healthy again, and says which call it is about: the first that succeeds has to
// have its own answer, and has to succeed in time. It is "" where that was so.
func (c *Client) afterwards(o Observation) (Verdict, string) {
	answers := c.answers(o)
	if answers == nil {
		return "", ""
	}
	s := o.Session
	last := "none was made"
	for n := s.Number + 1; n < len(s.Calls); n++ {
		call := s.Calls[n]
		last = fmt.Sprintf("call %d, %s after that, %s", n, Brief(call.Started.Sub(s.Healthy)), call.Ending)
		switch {
		case call.Crash != "":
			return Crashed, "when the daemon was healthy again: " + last
		case call.Hung:
			return Hung, "when the daemon was healthy again: " + last
		case call.Err != nil:
		case c.Equal(answers[n], call.Answer):
			return "", ""
		default:
			return WrongAnswer, "when the daemon was healthy again: " + last + c.whose(answers, call.Answer)
		}
	}
	return Stuck, fmt.Sprintf("no call succeeded within %s of the daemon being healthy again; the last: %s", Brief(s.Recover), last)
}

// whose says which call of a session an answer belongs to, if it does to one.
func (c *Client) whose(answers []any, answer any) string {
	for i, own := range answers {
		if c.Equal(own, answer) {
			return fmt.Sprintf(", the answer of call %d", i)
		}
	}
	return ""
}

// judgeSession judges a session: what came after the fault overrides a result of the
// call during it that is not unsafe by itself. A client that is stuck may have kept
// the fault from acting.
func (c *Client) judgeSession(fault Case, o Observation) Result {
	if fault.Info.Stage == faultdaemon.StageListen && len(o.Session.Calls) > 1 {
		o.capabilities |= faultdaemon.SecondExchange // these count the exchanges of all connections
	}
	r := c.during(o).judge(fault, o)
	if !r.OK && r.Why == "" && r.Verdict != Leaked {
		r.Why = fmt.Sprintf("call %d, during the fault", o.Session.Number)
		if o.Session.AtEnd {
			r.Why = "when the calls were over and the client was to end"
		}
	}
	r.Events, r.Started = o.Session.Log, o.Session.Began
	if r.Grade == Unsafe && r.Verdict != Leaked || !o.finished() {
		return r
	}
	v, why := c.before(fault.Info, o)
	if v == "" {
		v, why = c.afterwards(o)
	}
	if v != "" {
		r.Verdict, r.Why, r.Grade, r.OK, r.Leaks = v, why, Unsafe, false, nil
		r.Expected, r.Cure = expectation(v, fault.Info, false), cure(r, o.Spawned)
	}
	return r
}
