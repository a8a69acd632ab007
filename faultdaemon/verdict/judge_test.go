package verdict

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// acting is an exchange in which a fault began to act at 10 ms.
func acting(more ...fd.Event) Log {
	return append(Log{at(9, fd.EventAccepted), at(10, fd.EventRead), at(10, fd.EventFault)}, more...)
}

// answered is a run that ended with an answer.
func answered(end int, answer string, more ...fd.Event) Observation {
	return Observation{Started: start, Ended: ms(end), Answer: answer, Log: acting(more...), Fired: 1, Connections: 1}
}

// failed is a run that ended with an error.
func failed(end int, more ...fd.Event) Observation {
	o := answered(end, "", more...)
	o.Err = errors.New("it failed")
	return o
}

// impatient is a client that expects "pong" and waits for half a second on the
// real clock, so that an end within 100 ms of the daemon's last act is at once.
func impatient() *Client {
	c := client(500*time.Millisecond, nil)
	c.Answer, c.Equal, c.Deadline, c.RealClock = "pong", func(a, b any) bool { return a == b }, 10*time.Second, true
	return c
}

func TestVerdicts(t *testing.T) {
	hung := failed(10_000)
	hung.Hung = true
	crashed := failed(20, at(11, fd.EventClosed))
	crashed.Crash = "panic: boom"
	idle := answered(20, "pong", fd.Event{Kind: fd.EventNotFired, Connection: 1, Exchange: 1, Detail: "too short"})
	idle.Fired = 0
	for name, tt := range map[string]struct {
		run  Observation
		want Verdict
	}{
		"the healthy answer":                    {answered(20, "pong", at(12, fd.EventWrote)), Survived},
		"the healthy answer after a silence":    {answered(900, "pong", at(12, fd.EventWrote)), Survived},
		"another answer":                        {answered(20, "pang", at(12, fd.EventWrote)), WrongAnswer},
		"an error at the end of the connection": {failed(20, at(12, fd.EventClosed)), Rejected},
		"an error 100 ms later":                 {failed(112, at(12, fd.EventReset)), Rejected},
		"an error 101 ms later":                 {failed(113, at(12, fd.EventReset)), TimedOut},
		"an error after more bytes":             {failed(310, at(12, fd.EventWrote), at(300, fd.EventWrote)), Rejected},
		"an error after a silence":              {failed(510), TimedOut},
		"that the client goes is no act":        {failed(510, at(505, fd.EventGone)), TimedOut},
		"waiting is no act":                     {failed(510, at(500, fd.EventWaited)), TimedOut},
		"not back in time":                      {hung, Hung},
		"a crash":                               {crashed, Crashed},
		"a fault that did not act":              {idle, Untested},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tt.want, impatient().Judge(Case{Info: fd.Info{Client: fd.Rejects}}, tt.run).Verdict)
		})
	}
	require.Equal(t, "too short", impatient().Judge(Case{}, idle).Why)
}

// Each grade: the verdict, the entry, whether the stream had ended, and whether
// the result passes by default and with strict grades.
func TestGrades(t *testing.T) {
	wrote, closed := at(12, fd.EventWrote), at(12, fd.EventClosed)
	hung := failed(10_000)
	hung.Hung = true
	for name, tt := range map[string]struct {
		entry          fd.Outcome
		run            Observation
		want           Grade
		passes, strict bool
	}{
		"an error at once, as expected":               {fd.Rejects, failed(20, closed), OK, true, true},
		"the answer, as expected":                     {fd.Survives, answered(20, "pong", wrote), OK, true, true},
		"an error after a silence, as expected":       {fd.TimesOut, failed(510, wrote), OK, true, true},
		"another answer, as expected":                 {fd.Differs, answered(20, "pang", wrote), OK, true, true},
		"the answer where an error is expected":       {fd.Rejects, answered(20, "pong", wrote), Lenient, true, false},
		"an error late, and the message is unread":    {fd.Rejects, failed(510, wrote), Late, true, false},
		"an error late, and the stream has ended":     {fd.Rejects, failed(510, closed), Late, false, false},
		"an error where the answer was intact":        {fd.Survives, failed(20, wrote), Overstrict, false, false},
		"a late error where the answer was intact":    {fd.Survives, failed(510, wrote), Overstrict, false, false},
		"an error before there is any evidence":       {fd.TimesOut, failed(20, wrote), Overstrict, false, false},
		"another answer":                              {fd.Rejects, answered(20, "pang", wrote), Unsafe, false, false},
		"a hang, whatever is expected":                {fd.Survives | fd.Rejects | fd.TimesOut | fd.Differs, hung, Unsafe, false, false},
		"either, and the stream has ended: no excuse": {fd.Rejects | fd.TimesOut, failed(510, closed), Late, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			c := impatient()
			fault := Case{Info: fd.Info{Client: tt.entry, Stage: fd.StageRespond}}
			r := c.Judge(fault, tt.run)
			require.Equal(t, tt.want, r.Grade)
			require.Equal(t, tt.passes, r.OK)
			c.StrictGrades = true
			require.Equal(t, tt.strict, c.Judge(fault, tt.run).OK)
		})
	}
}

func TestUntestedHasNoGrade(t *testing.T) {
	pipelining := Case{Info: fd.Info{Needs: fd.Pipelining}}
	r := impatient().Judge(pipelining, answered(20, "pong", at(12, fd.EventReplied)))
	require.Equal(t, Untested, r.Verdict)
	require.Empty(t, r.Grade)
	require.True(t, r.OK, "nothing that the client does can show it")
	require.Equal(t, "it needs pipelining, which the client does not make", r.Why)
}

// A fault that was asked for by name has to act; of many, one may find that it
// cannot.
func TestAFaultThatIsNamedHasToAct(t *testing.T) {
	idle := answered(20, "pong", fd.Event{Kind: fd.EventNotFired, Connection: 1, Exchange: 1, Detail: "too short"})
	idle.Fired = 0
	require.True(t, impatient().Judge(Case{}, idle).OK)
	require.False(t, impatient().Judge(Case{Named: true}, idle).OK)
	idle.Log = acting()[:2]
	require.False(t, impatient().Judge(Case{}, idle).OK, "it was never asked")
}

// A hang is a hang whatever the fault needs.
func TestAHangBeforeTheFaultCouldAct(t *testing.T) {
	hung := failed(10_000)
	hung.Hung = true
	require.Equal(t, Hung, impatient().Judge(Case{Info: fd.Info{Needs: fd.Pipelining}}, hung).Verdict)
}

func TestTheToleranceIsNeverLessThan50ms(t *testing.T) {
	for _, patience := range []time.Duration{1, 100 * time.Millisecond} {
		c := impatient()
		c.Patience.Reply = patience
		require.Equal(t, Rejected, c.Judge(Case{}, failed(62, at(12, fd.EventClosed))).Verdict)
		require.Equal(t, TimedOut, c.Judge(Case{}, failed(63, at(12, fd.EventClosed))).Verdict)
	}
}

// A client that never gives up by itself has no timeout to take a fifth of.
func TestTheToleranceOfAClientWithoutATimeout(t *testing.T) {
	c := impatient()
	c.Patience, c.Deadline = Patience{}, 3*time.Second
	require.Equal(t, Rejected, c.Judge(Case{}, failed(612, at(12, fd.EventClosed))).Verdict)
	require.Equal(t, TimedOut, c.Judge(Case{}, failed(613, at(12, fd.EventClosed))).Verdict)
}

// A runtime that takes long to end when all is well may take as long when not, but
// no longer than half of the client's timer after what the daemon did.
func TestTheToleranceOfAClientThatIsSlowToEnd(t *testing.T) {
	for ending, want := range map[int]int{0: 100, 80: 180, 150: 250, 400: 250} {
		c := impatient()
		c.Learn(answered(12+ending, "pong", at(12, fd.EventReplied)), answered(12, "pong", at(12, fd.EventReplied)))
		require.Equal(t, Rejected, c.Judge(Case{}, failed(12+want, at(12, fd.EventClosed))).Verdict)
		require.Equal(t, TimedOut, c.Judge(Case{}, failed(13+want, at(12, fd.EventClosed))).Verdict)
		c.RealClock = false
		require.Equal(t, TimedOut, c.Judge(Case{}, failed(12+50, at(12, fd.EventClosed))).Verdict, "virtual time is exact")
	}
}

// A program has its deadline from its first connection: that it took long to
// start makes it no slower.
func TestTheStartOfAProgramIsNoneOfItsTime(t *testing.T) {
	c := impatient()
	c.Deadline = time.Second
	o := failed(1520, at(1500, fd.EventAccepted), at(1512, fd.EventClosed))
	require.Equal(t, TimedOut, c.Judge(Case{}, o).Verdict, "a function has it from its start")
	o.TimedFrom = o.Started.Add(1500 * time.Millisecond)
	require.Equal(t, Rejected, c.Judge(Case{}, o).Verdict)
	o.TimedFrom = o.Started.Add(520 * time.Millisecond)
	require.Equal(t, TimedOut, c.Judge(Case{}, o).Verdict)
}

// What a client leaves behind is told when all else passes, and not what it
// leaves behind when healthy too.
func TestLeaks(t *testing.T) {
	c := impatient()
	healthy := answered(20, "pong", at(12, fd.EventReplied))
	healthy.Leaks = []string{"always"}
	c.Learn(healthy)
	run := failed(20, at(12, fd.EventClosed))
	run.Leaks = []string{"always", "now"}
	rejects := Case{Info: fd.Info{Client: fd.Rejects}}
	r := c.Judge(rejects, run)
	require.Equal(t, Leaked, r.Verdict)
	require.Equal(t, Unsafe, r.Grade)
	require.Equal(t, []string{"now"}, r.Leaks)
	require.False(t, r.OK)
	run.Leaks = []string{"always"}
	require.Equal(t, Rejected, c.Judge(rejects, run).Verdict)
	run.Leaks, run.Ended = []string{"now"}, ms(900)
	require.Equal(t, TimedOut, c.Judge(rejects, run).Verdict, "the worse is told")
}

func TestPatience(t *testing.T) {
	silent := failed(510)
	require.Equal(t, 500*time.Millisecond, impatient().Waited(silent), "since it asked")
	require.Equal(t, 500*time.Millisecond, impatient().Waited(answered(510, "nothing")), "it gave up all the same")
	require.Zero(t, impatient().Waited(answered(510, "pong")), "it did not wait")
	silent.Hung = true
	require.Zero(t, impatient().Waited(silent))
}

// A delay of a stage is measured by the patience at that stage.
func TestPatienceAtEachStage(t *testing.T) {
	c := impatient()
	c.replied = []int{0, 5}
	c.Patience.Service = 2 * time.Second
	for stage, want := range map[fd.Stage]Grade{fd.StageRespond: OK, fd.StageAccept: Overstrict} {
		r := c.Judge(Case{Info: fd.Info{Client: fd.Survives, Stage: stage}}, failed(510))
		require.Equal(t, TimedOut, r.Verdict)
		require.Equal(t, want, r.Grade, "%s", stage)
	}
}

func TestMemory(t *testing.T) {
	c := impatient()
	healthy := answered(20, "pong", at(12, fd.EventReplied))
	healthy.Memory = 10 << 20
	c.Learn(healthy)
	run := failed(20, at(12, fd.EventWrote), at(12, fd.EventClosed))
	run.Memory = 75 << 20
	huge := Case{Info: fd.Info{Client: fd.Rejects, Unbounded: true}}
	r := c.Judge(huge, run)
	require.Equal(t, Grew, r.Verdict)
	require.Equal(t, Unsafe, r.Grade)
	require.EqualValues(t, 65<<20, r.Memory)
	require.Equal(t, "it took 65.0 MiB more than when healthy; 64.0 MiB are allowed", r.Why)
	require.Equal(t, Rejected, c.Judge(Case{Info: fd.Info{Client: fd.Rejects}}, run).Verdict, "the fault gives no reason to")
	run.Memory = 74 << 20
	require.Equal(t, Rejected, c.Judge(huge, run).Verdict)
	c.MaxMemory = 1 << 20
	require.Equal(t, Grew, c.Judge(huge, run).Verdict)
	run.Memory = 0
	require.Equal(t, Rejected, c.Judge(huge, run).Verdict, "it was not measured")
}

// A garbage collector frees late, in proportion to what there is.
func TestMemoryOfALargeClient(t *testing.T) {
	c := impatient()
	healthy := answered(20, "pong", at(12, fd.EventReplied))
	healthy.Memory = 50 << 20
	c.Learn(healthy)
	run := failed(20, at(12, fd.EventWrote), at(12, fd.EventClosed))
	huge := Case{Info: fd.Info{Client: fd.Rejects, Unbounded: true}}
	run.Memory = 150 << 20
	require.Equal(t, Rejected, c.Judge(huge, run).Verdict)
	run.Memory = 151 << 20
	require.Equal(t, "it took 101.0 MiB more than when healthy; 100.0 MiB are allowed", c.Judge(huge, run).Why)
	c.MaxMemory = 64 << 20
	require.Equal(t, "it took 101.0 MiB more than when healthy; 64.0 MiB are allowed", c.Judge(huge, run).Why, "what was asked for stays")
}

// A client that is late by more than others may have cost it is late by itself.
func TestLateAnyway(t *testing.T) {
	c := impatient() // it waits for 500 ms, and 100 ms after an act are at once
	c.replied = []int{0, 5}
	rejects := fd.Info{Client: fd.Rejects, Stage: fd.StageRespond}
	half := func(from, to time.Time) time.Duration { return to.Sub(from) / 2 }
	late := func(info fd.Info, o Observation) bool { return c.LateAnyway(info, o, half) }
	read, wrote := at(12, fd.EventRead), at(12, fd.EventWrote)
	require.True(t, late(rejects, failed(512, read, wrote)))
	require.False(t, late(rejects, failed(112, read, wrote)), "it may have been 50 ms")
	require.False(t, late(rejects, failed(412, read, wrote)), "at its usual speed it may have been 100 ms")
	require.True(t, late(rejects, failed(414, read, wrote)))
	require.False(t, late(rejects, answered(512, "pong", read, wrote)))
	survives := fd.Info{Client: fd.Survives, Stage: fd.StageRespond}
	require.False(t, late(survives, failed(512, read)), "the reply was late")
	wrote.Bytes = 5
	require.True(t, late(survives, failed(512, read, wrote)), "the reply was there")
	all := func(from, to time.Time) time.Duration { return to.Sub(from) }
	require.False(t, c.LateAnyway(rejects, failed(512, read, wrote), all))
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 16 << 20: "16.0 MiB", 3 << 40: "3.0 TiB"} {
		require.Equal(t, want, Bytes(n))
	}
}

func TestWaitedItOut(t *testing.T) {
	c := impatient()
	waited := func(o Observation) bool { return c.WaitedItOut(fd.Info{Stage: fd.StageRespond}, o) }
	require.True(t, waited(failed(510, at(12, fd.EventAccepted), at(12, fd.EventRead))))
	require.False(t, waited(failed(400, at(12, fd.EventAccepted), at(12, fd.EventRead))), "too early")
	require.False(t, waited(failed(600, at(12, fd.EventAccepted), at(12, fd.EventRead))), "too late")
	cancelled := []fd.Event{at(10, fd.EventAccepted), at(11, fd.EventRead), at(12, fd.EventWrote), at(513, fd.EventRead)}
	require.True(t, waited(failed(516, cancelled...)), "it told the daemon so at its end")
	require.False(t, waited(failed(16, cancelled[:3]...)))
	c.Patience = Patience{}
	require.False(t, waited(failed(510, at(12, fd.EventAccepted))), "it waits forever")
}

func TestDoubtful(t *testing.T) {
	c := impatient()
	result := func(o Observation, entry fd.Outcome) bool {
		return c.Doubtful(c.Judge(Case{Info: fd.Info{Client: entry, Stage: fd.StageRespond}}, o), o)
	}
	require.False(t, result(failed(20, at(12, fd.EventClosed)), fd.Rejects), "as expected")
	require.True(t, result(failed(20, at(12, fd.EventWrote)), fd.TimesOut), "the daemon may have been late")
	require.True(t, result(failed(300, at(12, fd.EventClosed)), fd.Rejects), "the client may have been late")
	require.True(t, result(failed(300, at(12, fd.EventWrote)), fd.Rejects), "also where that passes")
	require.False(t, result(answered(20, "pang", at(12, fd.EventWrote)), fd.Rejects), "time has no part in it")
	hung := failed(10_000)
	hung.Hung = true
	require.False(t, result(hung, fd.Rejects))
	hung.Log = Log{at(2001, fd.EventAccepted)}
	require.True(t, result(hung, fd.Rejects), "it had hardly begun")
	c.Deadline = time.Second
	require.False(t, result(failed(510, at(12, fd.EventClosed)), fd.Rejects), "its own timer ended that")
}

// A client that has started its server waits at pipes and for a process.
func TestTheCureOfAHangIsThatOfItsConnection(t *testing.T) {
	c := impatient()
	hung := failed(10_000)
	hung.Hung = true
	rejects := Case{Info: fd.Info{Client: fd.Rejects, Stage: fd.StageRespond}}
	require.Contains(t, c.Judge(rejects, hung).Cure, "give every connect, write and read a deadline")
	hung.Spawned = true
	require.Contains(t, c.Judge(rejects, hung).Cure, "when a pipe to it ends or fails")
}

// An interrupted check does not know how long the client waits.
func TestSummaryOfPart(t *testing.T) {
	r := Report{Results: []Result{{OK: true, Grade: OK, Verdict: Survived}}}
	require.Equal(t, "1 passed, 0 failed, 0 untested; the client never gives up by itself", r.Summary())
	r.Err = errors.New("interrupted after 1 of 2 faults")
	require.Equal(t, "1 passed, 0 failed, 0 untested", r.Summary())
	r.Patience = time.Second
	require.Equal(t, "1 passed, 0 failed, 0 untested; the client gives up after 1s", r.Summary())
}
