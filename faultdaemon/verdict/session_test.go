package verdict

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// inSession is a run in a session whose calls from 2 on, all after the fault, are
// these, at 1 s, 2 s and so on.
func inSession(during Observation, after ...Observation) Observation {
	before := answered(5, "zero")
	s := &Session{Calls: []Observation{before, during}, Number: 1, Began: start, Healthy: ms(1000), Recover: 5 * time.Second, Log: during.Log}
	for i, call := range after {
		call.Started = ms(1000 * (i + 1))
		s.Calls = append(s.Calls, call)
	}
	during.Session = s
	return during
}

func TestJudgeASession(t *testing.T) {
	closed := at(12, fd.EventClosed)
	says := func(answer string) Observation {
		o := answered(0, answer)
		o.Ending = "returned " + answer
		return o
	}
	fails := Observation{Err: errors.New("it failed"), Ending: "failed"}
	hangs, crashes := Observation{Hung: true, Ending: "hangs"}, Observation{Crash: "panic: boom", Ending: "crashed"}
	hung := failed(10_000, closed)
	hung.Hung = true
	idle := failed(20, closed)
	idle.Fired, idle.Log = 0, nil
	for name, tt := range map[string]struct {
		run  Observation
		want Verdict
		why  string
		ok   bool
	}{
		"it recovers at once":              {inSession(failed(20, closed), says("two")), Rejected, "", true},
		"it recovers at the second call":   {inSession(failed(20, closed), fails, says("three")), Rejected, "", true},
		"it does not recover":              {inSession(failed(20, closed), fails, fails), Stuck, "no call succeeded within 5s of the daemon being healthy again; the last: call 3, 1s after that, failed", false},
		"there was no time for a call":     {inSession(failed(20, closed)), Stuck, "no call succeeded within 5s of the daemon being healthy again; the last: none was made", false},
		"it has the answer of call 1":      {inSession(failed(20, closed), says("one")), WrongAnswer, "when the daemon was healthy again: call 2, 0s after that, returned one, the answer of call 1", false},
		"it has nobody's answer":           {inSession(failed(20, closed), fails, says("what")), WrongAnswer, "when the daemon was healthy again: call 3, 1s after that, returned what", false},
		"it hangs afterwards":              {inSession(failed(20, closed), hangs), Hung, "when the daemon was healthy again: call 2, 0s after that, hangs", false},
		"it crashes afterwards":            {inSession(failed(20, closed), crashes), Crashed, "when the daemon was healthy again: call 2, 0s after that, crashed", false},
		"it hangs during the fault":        {inSession(hung), Hung, "call 1, during the fault", false},
		"it is wrong during the fault":     {inSession(answered(20, "zero", closed), fails), WrongAnswer, "call 1, during the fault", false},
		"it is overstrict, and recovers":   {inSession(failed(20, at(12, fd.EventWrote)), says("two")), Rejected, "", true},
		"nothing acted, and it is stuck":   {inSession(idle, fails), Stuck, "no call succeeded within 5s of the daemon being healthy again; the last: call 2, 0s after that, failed", false},
		"nothing acted, and it goes on":    {inSession(idle, says("two")), Untested, "the daemon has read no request that the fault could act on", false},
		"the answer, where it has to fail": {inSession(answered(20, "one", at(12, fd.EventWrote)), says("two")), Survived, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			c := impatient()
			c.Answer = []any{"zero", "one", "two", "three"}
			r := c.Judge(Case{Info: fd.Info{Client: fd.Rejects, Stage: fd.StageRespond}}, tt.run)
			require.Equal(t, tt.want, r.Verdict)
			require.Equal(t, tt.why, r.Why)
			require.Equal(t, tt.ok, r.OK)
			if tt.want == Stuck {
				require.Equal(t, Unsafe, r.Grade)
				require.NotEmpty(t, r.Cure)
				require.NotEmpty(t, r.Expected)
			}
		})
	}
}

// A call during the fault that is not the one that is judged has to have its own
// answer all the same, unless the fault says something else.
func TestACallBeforeTheOneThatIsJudged(t *testing.T) {
	run := inSession(failed(20, at(12, fd.EventClosed)), answered(0, "two"))
	run.Session.Calls[0] = answered(5, "one")
	run.Session.Calls[0].Ending = "returned one"
	c := impatient()
	c.Answer = []any{"zero", "one", "two"}
	r := c.Judge(Case{Info: fd.Info{Client: fd.Rejects}}, run)
	require.Equal(t, WrongAnswer, r.Verdict)
	require.Equal(t, "call 0, during the fault, returned one, the answer of call 1", r.Why)
	require.Equal(t, Rejected, c.Judge(Case{Info: fd.Info{Client: fd.Rejects | fd.Differs}}, run).Verdict)
}
