package evidence_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
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

func TestSilence(t *testing.T) {
	for name, c := range map[string]struct {
		log  evidence.Log
		want int // milliseconds, at 1000
	}{
		"nothing at all":               {nil, 1000},
		"what the client does":         {evidence.Log{at(100, faultdaemon.EventAccepted), at(200, faultdaemon.EventRead)}, 1000},
		"bytes":                        {evidence.Log{at(300, faultdaemon.EventWrote)}, 700},
		"bytes, for long":              {evidence.Log{{Kind: faultdaemon.EventWrote, Bytes: 1 << 20, Time: ms(300), Waited: 500 * time.Millisecond}}, 200},
		"no bytes":                     {evidence.Log{{Kind: faultdaemon.EventWrote, Time: ms(300)}}, 1000},
		"an end":                       {evidence.Log{at(400, faultdaemon.EventReset)}, 600},
		"that the client went":         {evidence.Log{at(400, faultdaemon.EventGone)}, 1000},
		"that the daemon has waited":   {evidence.Log{at(400, faultdaemon.EventWaited)}, 1000},
		"something after the last act": {evidence.Log{at(1001, faultdaemon.EventClosed)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, time.Duration(c.want)*time.Millisecond, c.log.Silence(start, ms(1000)))
		})
	}
}

func TestUntil(t *testing.T) {
	log := evidence.Log{at(1, faultdaemon.EventRead), at(2, faultdaemon.EventReplied), at(2, faultdaemon.EventClosed), at(3, faultdaemon.EventStopped), at(4, faultdaemon.EventGone)}
	require.Equal(t, log[:1], log.Until(ms(1)))
	require.Equal(t, log[:3], log.Until(ms(2)))
	require.Equal(t, log[:3], log.Until(ms(9)), "the daemon's own end is not the client's")
	require.Equal(t, 5, log.Written())
	require.Equal(t, ms(1), log.Asked())
	require.Zero(t, log[1:].Asked())
	require.Zero(t, log.Began())
	require.Equal(t, ms(3), evidence.Log{at(3, faultdaemon.EventAccepted), at(4, faultdaemon.EventAccepted)}.Began())
}

// What is owed grows with what is asked.
func TestOwed(t *testing.T) {
	accepted, read, replied := at(1, faultdaemon.EventAccepted), at(1, faultdaemon.EventRead), at(1, faultdaemon.EventReplied)
	require.Equal(t, []int{0}, evidence.Log{accepted}.Owed())
	require.Equal(t, []int{0, 10, 10, 15}, evidence.Log{accepted, read, replied, replied, read, accepted, read, replied}.Owed())
	requests := func(l evidence.Log) []any {
		n, unread := l.Requests()
		return []any{n, unread}
	}
	require.Equal(t, []any{0, false}, requests(evidence.Log{}))
	require.Equal(t, []any{0, true}, requests(evidence.Log{accepted}))
	require.Equal(t, []any{1, false}, requests(evidence.Log{accepted, read}))
	require.Equal(t, []any{1, true}, requests(evidence.Log{accepted, read, accepted}))
}

// A connection that is not read may bring what is replied to behind what is not.
func TestRightBeforeTheFirstRequest(t *testing.T) {
	client := evidence.Client{Patience: 500 * time.Millisecond, Owed: []int{0, 0, 5}}
	unread := evidence.Run{Log: evidence.Log{at(0, faultdaemon.EventAccepted)}, Ended: ms(500)}
	require.True(t, client.Right(faultdaemon.Survives, faultdaemon.TimesOut, unread))
	notified := evidence.Run{Log: append(unread.Log, at(0, faultdaemon.EventRead)), Ended: ms(500)}
	require.False(t, client.Right(faultdaemon.Survives, faultdaemon.TimesOut, notified))
}

// The calls that a client did not come to make are no excuse for its wait.
func TestRightBeforeTheSecondRequest(t *testing.T) {
	client := evidence.Client{Patience: 500 * time.Millisecond, Owed: []int{0, 5, 10}}
	waited := evidence.Run{Log: evidence.Log{at(0, faultdaemon.EventAccepted), at(0, faultdaemon.EventRead), at(100, faultdaemon.EventReplied)}, Ended: ms(600)}
	require.False(t, client.Right(faultdaemon.Survives, faultdaemon.TimesOut, waited))
	waited.Log = append(waited.Log, at(100, faultdaemon.EventRead))
	require.True(t, client.Right(faultdaemon.Survives, faultdaemon.TimesOut, waited))
}

// Every outcome under every entry of one.
func TestRight(t *testing.T) {
	all := []faultdaemon.Outcome{faultdaemon.Survives, faultdaemon.Rejects, faultdaemon.TimesOut, faultdaemon.Differs}
	run := evidence.Run{Log: evidence.Log{at(0, faultdaemon.EventRead), at(1, faultdaemon.EventWrote)}, Asked: start, Ended: ms(2)}
	for _, entry := range all {
		for _, did := range all {
			require.Equal(t, entry == did, evidence.Client{}.Right(entry, did, run), "%s where %s", did, entry)
		}
		require.False(t, evidence.Client{}.Right(entry, 0, run), "a crash, a hang and a leak are never right")
	}
}

// A client that tried again and was left alone has its answer.
func TestRightAfterRecovery(t *testing.T) {
	log := evidence.Log{at(1, faultdaemon.EventClosed), at(2, faultdaemon.EventRead), at(2, faultdaemon.EventReplied)}
	require.True(t, evidence.Client{}.Right(faultdaemon.Rejects, faultdaemon.Survives, evidence.Run{Log: log}))
	require.False(t, evidence.Client{}.Right(faultdaemon.Rejects, faultdaemon.Survives, evidence.Run{Log: log[:1]}))
	require.False(t, evidence.Client{}.Right(faultdaemon.Rejects, faultdaemon.Differs, evidence.Run{Log: log}))
}

// Where arguments decide between an end and a silence, the wire tells which it
// was.
func TestRightAtTheEndOfTheStream(t *testing.T) {
	either := faultdaemon.Rejects | faultdaemon.TimesOut
	for _, end := range []faultdaemon.EventKind{faultdaemon.EventClosed, faultdaemon.EventReset, faultdaemon.EventHalfClosed} {
		ended := evidence.Run{Log: evidence.Log{at(1, faultdaemon.EventWrote), at(2, end)}, Ended: ms(900)}
		open := evidence.Run{Log: ended.Log[:1], Ended: ms(900)}
		require.False(t, evidence.Client{}.Right(either, faultdaemon.TimesOut, ended))
		require.True(t, evidence.Client{}.Right(either, faultdaemon.TimesOut, open))
		require.True(t, evidence.Client{}.Right(faultdaemon.Survives|faultdaemon.TimesOut, faultdaemon.TimesOut, ended))
	}
}

// A delay is survived exactly where it ends before the client gives up.
func TestRightWhereAFaultDelays(t *testing.T) {
	client := evidence.Client{Patience: 500 * time.Millisecond, Tolerance: 100 * time.Millisecond, Owed: []int{0, 10, 10}, Tie: 50 * time.Millisecond}
	asked := at(10, faultdaemon.EventRead)
	for name, c := range map[string]struct {
		log   evidence.Log
		ended int
		right bool
	}{
		"nothing came while it waited":      {evidence.Log{asked}, 510, true},
		"it gave up a little early":         {evidence.Log{asked}, 410, true},
		"it gave up much too early":         {evidence.Log{asked}, 409, false},
		"half came while it waited":         {evidence.Log{asked, at(60, faultdaemon.EventWrote)}, 510, true},
		"all came, and it waited on":        {evidence.Log{asked, at(60, faultdaemon.EventWrote), at(450, faultdaemon.EventWrote)}, 510, false},
		"the rest came as it gave up":       {evidence.Log{asked, at(60, faultdaemon.EventWrote), at(461, faultdaemon.EventWrote)}, 510, true},
		"the rest came 50 ms before":        {evidence.Log{asked, at(60, faultdaemon.EventWrote), at(460, faultdaemon.EventWrote)}, 510, false},
		"it was read as it gave up":         {evidence.Log{at(10, faultdaemon.EventAccepted), at(490, faultdaemon.EventRead)}, 510, true},
		"it asked again, not for so long":   {evidence.Log{asked, at(200, faultdaemon.EventAccepted)}, 510, false},
		"it asked again, and for very long": {evidence.Log{asked, at(200, faultdaemon.EventAccepted)}, 700, true},
	} {
		t.Run(name, func(t *testing.T) {
			run := evidence.Run{Log: c.log, Ended: ms(c.ended)}
			require.Equal(t, c.right, client.Right(faultdaemon.Survives, faultdaemon.TimesOut, run))
			require.Equal(t, c.right, client.Right(faultdaemon.Survives, faultdaemon.Rejects, run), "its error may come late")
		})
	}
	run := evidence.Run{Log: evidence.Log{asked, at(450, faultdaemon.EventRead)}, Asked: ms(10), Ended: ms(510)}
	require.True(t, client.Right(faultdaemon.Survives, faultdaemon.TimesOut, run), "another asked at 450")
	long := evidence.Run{Log: evidence.Log{asked}, Asked: asked.Time, Ended: ms(9000)}
	require.False(t, evidence.Client{Owed: []int{0, 10}}.Right(faultdaemon.Survives, faultdaemon.TimesOut, long), "it gives up after no silence at all")
	require.False(t, client.Right(faultdaemon.Rejects, faultdaemon.TimesOut, long))
}
