package check

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// killedAt returns a trial that was killed, so many milliseconds after its
// start, and what its daemon did.
func killedAt(ms int, events ...fd.Event) *trial {
	return &trial{started: start, ended: start.Add(time.Duration(ms) * time.Millisecond), exit: -1, killed: true, events: events}
}

func TestWhichVerdictsAreDoubted(t *testing.T) {
	// A fifth of the deadline is 2 s. The client waits 5 s for a reply, and for
	// ever on a connection that is not served.
	j := &judge{answer: outputOf("pong\n"), patience: 5 * time.Second, owed: []int{0, 5}, deadline: 10 * time.Second}
	brief := *j
	brief.patience = 500 * time.Millisecond
	rejects, timesOut, survives := fd.Info{Client: fd.Rejects}, fd.Info{Client: fd.TimesOut}, fd.Info{Client: fd.Survives}
	accept := fd.Info{Client: fd.Rejects, Stage: fd.StageAccept}
	closed := at(12, fd.EventClosed)
	for name, tt := range map[string]struct {
		judge   *judge
		info    fd.Info
		trial   *trial
		verdict Verdict
		doubted bool
	}{
		"right":                                  {j, rejects, ran(20, 1, "", closed), Rejected, false},
		"an error a little late":                 {&brief, rejects, ran(127, 1, "", closed), TimedOut, true},
		"as late as its timer would be":          {&brief, rejects, ran(512, 1, "", closed), TimedOut, true},
		"as late as the longest lateness":        {&brief, rejects, ran(2012, 1, "", closed), TimedOut, false},
		"a patient client, late":                 {j, rejects, ran(4011, 1, "", closed), TimedOut, true},
		"a patient client's timer":               {j, rejects, ran(4012, 1, "", closed), TimedOut, false},
		"it gives up there at the deadline only": {j, accept, ran(8011, 1, "", closed), TimedOut, true},
		"the deadline's end":                     {j, accept, ran(8012, 1, "", closed), TimedOut, false},
		"an error where there is silence":        {&brief, timesOut, ran(109, 1, ""), Rejected, true},
		"a delay that came late":                 {&brief, survives, ran(511, 1, "", at(451, fd.EventReplied)), Rejected, true},
		"a hang":                                 {j, rejects, killedAt(12_000, at(2000, fd.EventAccepted)), Hung, false},
		"a hang of one that connected late":      {j, rejects, killedAt(12_001, at(2001, fd.EventAccepted)), Hung, true},
		"one that did not connect":               {j, rejects, killedAt(10_000), Hung, true},
		"another answer":                         {j, rejects, ran(20, 0, "pang\n", closed), WrongAnswer, false},
		"untested":                               {j, fd.Info{Needs: fd.Batch}, ran(20, 1, "", closed), Untested, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := tt.judge.result(choice{info: tt.info}, tt.trial)
			assert.Equal(t, tt.verdict, r.Verdict)
			assert.Equal(t, tt.doubted, tt.judge.doubts(r))
		})
	}
}
