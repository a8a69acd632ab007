package check

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// start is when all trials of these tests begin.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// at returns an event of connection 1, exchange 1, so many milliseconds after
// the start; a write is of 5 bytes.
func at(ms int, kind fd.EventKind) fd.Event {
	ev := fd.Event{Time: start.Add(time.Duration(ms) * time.Millisecond), Kind: kind, Connection: 1, Exchange: 1}
	if kind == fd.EventReplied || kind == fd.EventWrote {
		ev.Bytes = 5
	}
	return ev
}

// ran returns a trial in which a request was read and a fault began to act at
// 10 ms, in which more happened, and which ended with this exit status and
// output.
func ran(endMS, exit int, stdout string, more ...fd.Event) *trial {
	t := &trial{started: start, ended: start.Add(time.Duration(endMS) * time.Millisecond), exit: exit}
	t.stdout = outputOf(stdout)
	t.events = append([]fd.Event{at(9, fd.EventAccepted), at(10, fd.EventRead), at(10, fd.EventFault)}, more...)
	return t
}

func outputOf(text string) output { return output{kept: []byte(text), size: int64(len(text))} }

func TestVerdicts(t *testing.T) {
	reset := fd.Info{Client: fd.Rejects}
	// The client waits for half a second, so that an exit within 100 ms of
	// the daemon's last act is at once.
	j := &judge{answer: outputOf("pong\n"), patience: 500 * time.Millisecond}
	crash := func(stderr string, exit int) *trial {
		tr := ran(20, exit, "", at(11, fd.EventClosed))
		tr.stderr = outputOf(stderr)
		return tr
	}
	killed := ran(10_000, -1, "")
	killed.killed = true
	signalled := ran(20, -1, "", at(11, fd.EventClosed))
	signalled.signal = "segmentation fault"
	idle := ran(20, 0, "pong\n", fd.Event{Kind: fd.EventNotFired, Connection: 1, Exchange: 1, Detail: "too short"})

	for name, tt := range map[string]struct {
		trial *trial
		want  Verdict
	}{
		"the healthy answer":                    {ran(20, 0, "pong\n", at(12, fd.EventWrote)), Survived},
		"the healthy answer after a silence":    {ran(900, 0, "pong\n", at(12, fd.EventWrote)), Survived},
		"another answer":                        {ran(20, 0, "pang\n", at(12, fd.EventWrote)), WrongAnswer},
		"no answer, and status 0":               {ran(20, 0, "", at(12, fd.EventClosed)), WrongAnswer},
		"an error at the end of the connection": {ran(20, 1, "", at(12, fd.EventClosed)), Rejected},
		"an error 100 ms later":                 {ran(112, 1, "", at(12, fd.EventReset)), Rejected},
		"an error 101 ms later":                 {ran(113, 1, "", at(12, fd.EventReset)), TimedOut},
		"an error after more bytes":             {ran(310, 1, "", at(12, fd.EventWrote), at(300, fd.EventWrote)), Rejected},
		"an error after a silence":              {ran(510, 1, ""), TimedOut},
		"what comes after the end is no act":    {ran(510, 1, "", at(511, fd.EventClosed)), TimedOut},
		"that the client goes is no act":        {ran(510, 1, "", at(505, fd.EventGone)), TimedOut},
		"waiting is no act":                     {ran(510, 1, "", at(500, fd.EventWaited)), TimedOut},
		"the healthy answer, and an error":      {ran(20, 1, "pong\n", at(12, fd.EventWrote)), Rejected},
		"killed at the deadline":                {killed, Hung},
		"killed by a signal":                    {signalled, Crashed},
		"a panic":                               {crash("log line\npanic: boom\n\ngoroutine 1 [running]:\n", 2), Crashed},
		"a fatal error":                         {crash("fatal error: all goroutines are asleep - deadlock!\n", 2), Crashed},
		"status 2 with a word about panic":      {crash("do not panic: no daemon\n", 2), Rejected},
		"a panic that is only printed":          {crash("panic: boom\n", 1), Rejected},
		"a fault that did not act":              {idle, Untested},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := j.verdict(reset, tt.trial)
			assert.Equal(t, tt.want, got)
		})
	}
	_, why := j.verdict(reset, idle)
	assert.Equal(t, "too short", why)
}

func TestTheToleranceIsNeverLessThan50ms(t *testing.T) {
	for _, patience := range []time.Duration{0, 100 * time.Millisecond} {
		j := &judge{patience: patience}
		got, _ := j.verdict(fd.Info{}, ran(62, 1, "", at(12, fd.EventClosed)))
		assert.Equal(t, Rejected, got)
		got, _ = j.verdict(fd.Info{}, ran(63, 1, "", at(12, fd.EventClosed)))
		assert.Equal(t, TimedOut, got)
	}
}

// A client that never gives up by itself has no timeout to take a fifth of.
func TestTheToleranceOfAClientWithoutATimeout(t *testing.T) {
	j := &judge{deadline: 3 * time.Second}
	got, _ := j.verdict(fd.Info{}, ran(612, 1, "", at(12, fd.EventClosed)))
	assert.Equal(t, Rejected, got)
	got, _ = j.verdict(fd.Info{}, ran(613, 1, "", at(12, fd.EventClosed)))
	assert.Equal(t, TimedOut, got)
}

// TestRight goes through every verdict under every single outcome.
func TestRight(t *testing.T) {
	all := []Verdict{Survived, Rejected, TimedOut, WrongAnswer, Hung, Crashed}
	j := &judge{patience: 500 * time.Millisecond}
	for _, tt := range []struct {
		client fd.Outcome
		right  []Verdict
	}{
		{fd.Survives, []Verdict{Survived}},
		{fd.Rejects, []Verdict{Rejected}},
		{fd.TimesOut, []Verdict{TimedOut}},
		{fd.Differs, []Verdict{WrongAnswer}},
		{fd.Survives | fd.Rejects | fd.TimesOut | fd.Differs, []Verdict{Survived, Rejected, TimedOut, WrongAnswer}},
	} {
		var right []Verdict
		for _, v := range all {
			if j.right(fd.Info{Client: tt.client}, v, ran(200, 1, "", at(12, fd.EventWrote))) {
				right = append(right, v)
			}
		}
		assert.Equal(t, tt.right, right, "client %s", tt.client)
	}
}

// Where arguments decide between an end and a silence, the wire tells which it
// was.
func TestAnEndOnTheWireIsNothingToWaitFor(t *testing.T) {
	j := &judge{patience: 500 * time.Millisecond}
	cut := fd.Info{Client: fd.Rejects | fd.TimesOut}
	wrote := at(12, fd.EventWrote)
	assert.True(t, j.right(cut, TimedOut, ran(512, 1, "", wrote)))
	assert.False(t, j.right(cut, TimedOut, ran(512, 1, "", wrote, at(12, fd.EventClosed))))
	assert.False(t, j.right(cut, TimedOut, ran(512, 1, "", wrote, at(12, fd.EventReset))))
	assert.True(t, j.right(cut, Rejected, ran(13, 1, "", wrote, at(12, fd.EventClosed))))
	assert.True(t, j.right(fd.Info{Client: fd.Survives | fd.TimesOut}, TimedOut, ran(512, 1, "", wrote, at(12, fd.EventClosed))))
}

func TestAFaultThatDelaysMayOutlastTheClient(t *testing.T) {
	j := &judge{patience: 500 * time.Millisecond, owed: []int{0, 5}}
	delays := fd.Info{Client: fd.Survives}
	for name, tt := range map[string]struct {
		trial *trial
		right bool
	}{
		"nothing came while it waited":         {ran(510, 1, ""), true},
		"it gave up a little early":            {ran(410, 1, ""), true},
		"it gave up much too early":            {ran(409, 1, ""), false},
		"the answer came as it gave up":        {ran(511, 1, "", at(509, fd.EventReplied)), true},
		"the answer came and it went on":       {ran(600, 1, "", at(60, fd.EventReplied)), false},
		"the answer came in pieces, and it...": {ran(600, 1, "", at(12, fd.EventWrote), at(60, fd.EventWrote)), false},
	} {
		t.Run(name, func(t *testing.T) {
			verdict, _ := j.verdict(delays, tt.trial)
			assert.Equal(t, tt.right, j.right(delays, verdict, tt.trial))
		})
	}
	noTimeout := &judge{}
	assert.False(t, noTimeout.right(delays, TimedOut, ran(510, 1, "")))
	assert.False(t, j.right(fd.Info{Client: fd.Rejects}, TimedOut, ran(510, 1, "")))
}

func TestPatienceIsTheSilenceThatEndsTheHangingRun(t *testing.T) {
	healthy := ran(20, 0, "pong\n", at(11, fd.EventReplied))
	assert.Equal(t, 500*time.Millisecond, newJudge(healthy, ran(510, 1, ""), ran(510, 1, ""), 0).patience)

	again := at(700, fd.EventRead)
	again.Connection = 2
	assert.Equal(t, 600*time.Millisecond, newJudge(healthy, ran(1300, 1, "", again), ran(510, 1, ""), 0).patience, "a client that tries twice")

	killed := ran(10_000, -1, "")
	killed.killed = true
	assert.Zero(t, newJudge(healthy, killed, killed, 0).patience)
}

func TestNeeds(t *testing.T) {
	second := at(13, fd.EventRead)
	second.Exchange = 2
	other := at(13, fd.EventAccepted)
	other.Connection = 2
	large := at(13, fd.EventRead)
	large.Bytes = 208<<10 + 1
	for name, tt := range map[string]struct {
		trial *trial
		want  fd.Need
	}{
		"one request":         {ran(20, 0, "", at(12, fd.EventReplied)), 0},
		"one after the other": {ran(20, 0, "", at(12, fd.EventReplied), second), fd.SecondExchange},
		"two at once":         {ran(20, 0, "", second, at(14, fd.EventWrote)), fd.SecondExchange | fd.Pipelining},
		"two connections":     {ran(20, 0, "", at(12, fd.EventReplied), other), fd.SecondConnection},
		"a large request":     {ran(20, 0, "", at(12, fd.EventReplied), large), fd.LargeWrite},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, tt.trial.does())

			// What the healthy client does, the faulty daemon need not see.
			j := newJudge(tt.trial, ran(510, 1, ""), ran(510, 1, ""), 0)
			verdict, why := j.verdict(fd.Info{Needs: tt.want | fd.Batch}, ran(20, 1, ""))
			assert.Equal(t, Untested, verdict)
			assert.Equal(t, "needs a batch", why)
		})
	}
}

func TestAHangIsAHangWhateverTheFaultNeeds(t *testing.T) {
	killed := ran(10_000, -1, "")
	killed.killed = true
	verdict, _ := new(judge).verdict(fd.Info{Needs: fd.Pipelining}, killed)
	assert.Equal(t, Hung, verdict)
}

func TestAFaultActsIfItActsOnce(t *testing.T) {
	passed := fd.Event{Kind: fd.EventNotFired, Connection: 1, Exchange: 1, Detail: "connection 1 is none of every 2"}
	again := at(15, fd.EventFault)
	again.Connection = 2
	assert.Equal(t, "connection 1 is none of every 2", ran(20, 0, "", passed).idle())
	assert.Empty(t, ran(20, 0, "", passed, again).idle())
	assert.Equal(t, "nothing came that it could act on", new(trial).idle())
}

func TestCount(t *testing.T) {
	r := Report{Results: []Result{
		{Verdict: Survived, Right: true}, {Verdict: TimedOut, Right: true},
		{Verdict: Hung}, {Verdict: Untested, Untested: "needs pipelining"},
	}, Patience: 502_300 * time.Microsecond}
	right, wrong, untested := r.Count()
	require.Equal(t, []int{2, 1, 1}, []int{right, wrong, untested})
	assert.Equal(t, "2 of 4 right, 1 wrong, 1 untested; the client gives up after 502ms", r.Summary())
}

// Faults of the accept stage are measured against the time that the client
// waits on a connection that is not served, whatever it waits for a reply.
func TestPatienceAtEachStage(t *testing.T) {
	j := newJudge(ran(20, 0, "pong\n", at(11, fd.EventReplied)), ran(4010, 1, ""), ran(1010, 1, ""), 10*time.Second)
	assert.Equal(t, 4*time.Second, j.patience)
	for _, tt := range []struct {
		stage   fd.Stage
		client  fd.Outcome
		endMS   int
		verdict Verdict
		right   bool
	}{
		{fd.StageAccept, fd.TimesOut, 410, TimedOut, true}, // a fifth of 1 s is over
		{fd.StageRespond, fd.TimesOut, 410, Rejected, false},
		{fd.StageAccept, fd.Survives, 1010, TimedOut, true},
		{fd.StageRespond, fd.Survives, 1010, TimedOut, false},
	} {
		info := fd.Info{Stage: tt.stage, Client: tt.client}
		r := j.result(choice{info: info}, ran(tt.endMS, 1, ""))
		assert.Equal(t, tt.verdict, r.Verdict, "%+v", tt)
		assert.Equal(t, tt.right, r.Right, "%+v", tt)
	}
}
