package verdict

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

var start = time.Unix(1000, 0)

// ms is a moment, so many milliseconds after the start.
func ms(n int) time.Time { return start.Add(time.Duration(n) * time.Millisecond) }

// at is an event of a connection; a write is of 5 bytes.
func at(n int, kind faultdaemon.EventKind) faultdaemon.Event {
	ev := faultdaemon.Event{Kind: kind, Connection: 1, Time: ms(n)}
	if kind == faultdaemon.EventReplied || kind == faultdaemon.EventWrote {
		ev.Bytes = 5
	}
	return ev
}

// client is one on an exact clock that waits so long, and that a healthy daemon
// sends so many bytes for its first n requests.
func client(patience time.Duration, replied []int) *Client {
	return &Client{Patience: Patience{Reply: patience, Service: patience}, replied: replied}
}

// expected is what the client expects under an entry of these outcomes, by the
// verdict on what it did; a leak stands for what is in no entry.
func expected(c *Client, entry, did faultdaemon.Outcome, o Observation) bool {
	v := Leaked
	for verdict, outcome := range outcomes {
		if outcome == did {
			v = verdict
		}
	}
	return c.expects(faultdaemon.Info{Client: entry}, v, o)
}

func TestSilence(t *testing.T) {
	for name, c := range map[string]struct {
		log  Log
		want int // milliseconds, at 1000
	}{
		"nothing at all":               {nil, 1000},
		"what the client does":         {Log{at(100, faultdaemon.EventAccepted), at(200, faultdaemon.EventRead)}, 1000},
		"bytes":                        {Log{at(300, faultdaemon.EventWrote)}, 700},
		"bytes, for long":              {Log{{Kind: faultdaemon.EventWrote, Bytes: 1 << 20, Time: ms(300), Waited: 500 * time.Millisecond}}, 200},
		"no bytes":                     {Log{{Kind: faultdaemon.EventWrote, Time: ms(300)}}, 1000},
		"an end":                       {Log{at(400, faultdaemon.EventReset)}, 600},
		"that the client went":         {Log{at(400, faultdaemon.EventGone)}, 1000},
		"that the daemon has waited":   {Log{at(400, faultdaemon.EventWaited)}, 1000},
		"something after the last act": {Log{at(1001, faultdaemon.EventClosed)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, time.Duration(c.want)*time.Millisecond, c.log.Silence(start, ms(1000)))
		})
	}
}

func TestUntil(t *testing.T) {
	log := Log{at(1, faultdaemon.EventRead), at(2, faultdaemon.EventReplied), at(2, faultdaemon.EventClosed), at(3, faultdaemon.EventStopped), at(4, faultdaemon.EventGone)}
	require.Equal(t, log[:1], log.Until(ms(1)))
	require.Equal(t, log[:3], log.Until(ms(2)))
	require.Equal(t, log[:3], log.Until(ms(9)), "the daemon's own end is not the client's")
	require.Equal(t, 5, log.written())
	require.Equal(t, ms(1), log.asked())
	require.Zero(t, log[1:].asked())
	require.Zero(t, log.Began())
	require.Equal(t, ms(3), Log{at(3, faultdaemon.EventAccepted), at(4, faultdaemon.EventAccepted)}.Began())
}

// What is due grows with what is asked.
func TestReplied(t *testing.T) {
	accepted, read, replied := at(1, faultdaemon.EventAccepted), at(1, faultdaemon.EventRead), at(1, faultdaemon.EventReplied)
	require.Equal(t, []int{0}, Log{accepted}.replied())
	require.Equal(t, []int{0, 10, 10, 15}, Log{accepted, read, replied, replied, read, accepted, read, replied}.replied())
	requests := func(l Log) []any {
		n, unread := l.requests()
		return []any{n, unread}
	}
	require.Equal(t, []any{0, false}, requests(Log{}))
	require.Equal(t, []any{0, true}, requests(Log{accepted}))
	require.Equal(t, []any{1, false}, requests(Log{accepted, read}))
	require.Equal(t, []any{1, true}, requests(Log{accepted, read, accepted}))
}

// A connection that is not read may bring what is replied to behind what is not.
func TestExpectedBeforeTheFirstRequest(t *testing.T) {
	waiting := client(500*time.Millisecond, []int{0, 0, 5})
	unread := Observation{Log: Log{at(0, faultdaemon.EventAccepted)}, Ended: ms(500)}
	require.True(t, expected(waiting, faultdaemon.Survives, faultdaemon.TimesOut, unread))
	notified := Observation{Log: append(unread.Log, at(0, faultdaemon.EventRead)), Ended: ms(500)}
	require.False(t, expected(waiting, faultdaemon.Survives, faultdaemon.TimesOut, notified))
}

// The calls that a client did not come to make are no excuse for its wait.
func TestExpectedBeforeTheSecondRequest(t *testing.T) {
	waiting := client(500*time.Millisecond, []int{0, 5, 10})
	waited := Observation{Log: Log{at(0, faultdaemon.EventAccepted), at(0, faultdaemon.EventRead), at(100, faultdaemon.EventReplied)}, Ended: ms(600)}
	require.False(t, expected(waiting, faultdaemon.Survives, faultdaemon.TimesOut, waited))
	waited.Log = append(waited.Log, at(100, faultdaemon.EventRead))
	require.True(t, expected(waiting, faultdaemon.Survives, faultdaemon.TimesOut, waited))
}

// Every outcome under every entry of one.
func TestExpected(t *testing.T) {
	all := []faultdaemon.Outcome{faultdaemon.Survives, faultdaemon.Rejects, faultdaemon.TimesOut, faultdaemon.Differs}
	run := Observation{Log: Log{at(0, faultdaemon.EventRead), at(1, faultdaemon.EventWrote)}, Asked: start, Ended: ms(2)}
	for _, entry := range all {
		for _, did := range all {
			require.Equal(t, entry == did, expected(&Client{}, entry, did, run), "%s where %s", did, entry)
		}
		require.False(t, expected(&Client{}, entry, 0, run), "a crash, a hang and a leak are never right")
	}
}

// A client that tried again and was left alone has its answer.
func TestExpectedAfterRecovery(t *testing.T) {
	log := Log{at(1, faultdaemon.EventClosed), at(2, faultdaemon.EventRead), at(2, faultdaemon.EventReplied)}
	require.True(t, expected(&Client{}, faultdaemon.Rejects, faultdaemon.Survives, Observation{Log: log}))
	require.False(t, expected(&Client{}, faultdaemon.Rejects, faultdaemon.Survives, Observation{Log: log[:1]}))
	require.False(t, expected(&Client{}, faultdaemon.Rejects, faultdaemon.Differs, Observation{Log: log}))
}

// Where arguments decide between an end and a silence, the wire tells which it
// was.
func TestExpectedAtTheEndOfTheStream(t *testing.T) {
	either := faultdaemon.Rejects | faultdaemon.TimesOut
	for _, end := range []faultdaemon.EventKind{faultdaemon.EventClosed, faultdaemon.EventReset, faultdaemon.EventHalfClosed} {
		ended := Observation{Log: Log{at(1, faultdaemon.EventWrote), at(2, end)}, Ended: ms(900)}
		open := Observation{Log: ended.Log[:1], Ended: ms(900)}
		require.False(t, expected(&Client{}, either, faultdaemon.TimesOut, ended))
		require.True(t, expected(&Client{}, either, faultdaemon.TimesOut, open))
		require.True(t, expected(&Client{}, faultdaemon.Survives|faultdaemon.TimesOut, faultdaemon.TimesOut, ended))
	}
}

// A delay is survived exactly where it ends before the client gives up.
func TestExpectedWhereAFaultDelays(t *testing.T) {
	waiting := client(500*time.Millisecond, []int{0, 10, 10})
	waiting.RealClock = true // allows for 100 ms, and for a tie of 50 ms
	asked := at(10, faultdaemon.EventRead)
	for name, c := range map[string]struct {
		log   Log
		ended int
		right bool
	}{
		"nothing came while it waited":      {Log{asked}, 510, true},
		"it gave up a little early":         {Log{asked}, 410, true},
		"it gave up much too early":         {Log{asked}, 409, false},
		"half came while it waited":         {Log{asked, at(60, faultdaemon.EventWrote)}, 510, true},
		"all came, and it waited on":        {Log{asked, at(60, faultdaemon.EventWrote), at(450, faultdaemon.EventWrote)}, 510, false},
		"the rest came as it gave up":       {Log{asked, at(60, faultdaemon.EventWrote), at(461, faultdaemon.EventWrote)}, 510, true},
		"the rest came 50 ms before":        {Log{asked, at(60, faultdaemon.EventWrote), at(460, faultdaemon.EventWrote)}, 510, false},
		"it was read as it gave up":         {Log{at(10, faultdaemon.EventAccepted), at(490, faultdaemon.EventRead)}, 510, true},
		"it asked again, not for so long":   {Log{asked, at(200, faultdaemon.EventAccepted)}, 510, false},
		"it asked again, and for very long": {Log{asked, at(200, faultdaemon.EventAccepted)}, 700, true},
	} {
		t.Run(name, func(t *testing.T) {
			run := Observation{Log: c.log, Ended: ms(c.ended)}
			require.Equal(t, c.right, expected(waiting, faultdaemon.Survives, faultdaemon.TimesOut, run))
			require.Equal(t, c.right, expected(waiting, faultdaemon.Survives, faultdaemon.Rejects, run), "its error may come late")
		})
	}
	run := Observation{Log: Log{asked, at(450, faultdaemon.EventRead)}, Asked: ms(10), Ended: ms(510)}
	require.True(t, expected(waiting, faultdaemon.Survives, faultdaemon.TimesOut, run), "another asked at 450")
	long := Observation{Log: Log{asked}, Asked: asked.Time, Ended: ms(9000)}
	require.False(t, expected(client(0, []int{0, 10}), faultdaemon.Survives, faultdaemon.TimesOut, long), "it gives up after no silence at all")
	require.False(t, expected(waiting, faultdaemon.Rejects, faultdaemon.TimesOut, long))
}

// What is said to be expected names the outcome that a client has had, where that is
// among those of the entry. Where the stream has ended, what is left to expect of one
// that has not is a rejection.
func TestWhatIsSaidToBeExpected(t *testing.T) {
	half := faultdaemon.Info{Client: faultdaemon.Survives | faultdaemon.Rejects | faultdaemon.TimesOut, Why: "The reply is whole."}
	for verdict, want := range map[Verdict]string{
		Survived:    "survives or rejects or times out: The reply is whole.",
		Rejected:    expectRejects,
		TimedOut:    expectRejects,
		WrongAnswer: expectRejects,
		Hung:        expectRejects,
	} {
		require.Equal(t, want, expectation(verdict, half, true), verdict)
	}
	require.Equal(t, "survives or rejects or times out: The reply is whole.", expectation(TimedOut, half, false))
}

// What is expected is said in words of its own where an entry has one outcome and no
// reason, else in the entry's.
func TestExpectationOfAnEntry(t *testing.T) {
	const why = "because of this"
	for _, c := range []struct {
		client faultdaemon.Outcome
		why    string
		want   string
	}{
		{faultdaemon.Rejects, "", expectRejects},
		{faultdaemon.TimesOut, "", expectTimesOut},
		{faultdaemon.Survives, "", expectSurvives},
		{faultdaemon.Differs, "", "differs"},
		{faultdaemon.Rejects, why, "rejects: " + why},
		{faultdaemon.TimesOut, why, "times out: " + why},
		{faultdaemon.Survives, why, "survives: " + why},
		{faultdaemon.Survives | faultdaemon.Rejects, why, "survives or rejects: " + why},
	} {
		require.Equal(t, c.want, expectation(WrongAnswer, faultdaemon.Info{Client: c.client, Why: c.why}, false))
	}
}
