package verdict

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// asks is a run with events of one kind, so many, so many milliseconds apart, then as
// many again after a gap.
func asks(kind fd.EventKind, n, apart int, gaps ...int) Observation {
	o := Observation{Started: start, Err: errors.New("it failed"), Fired: 1, Connections: 1, Pace: new(Pace)}
	watch := o.Pace.Watch(fd.Config{}).Trace
	now := 0
	for _, gap := range append([]int{0}, gaps...) {
		now += gap
		for range n {
			watch(at(now, kind))
			o.Log = append(o.Log, at(now, fd.EventClosed))
			now += apart
		}
	}
	o.Ended = ms(now)
	return o
}

func TestSpunSockets(t *testing.T) {
	once := asks(fd.EventAccepted, 1, 0)
	for name, tt := range map[string]struct {
		healthy, run Observation
		want         Verdict
	}{
		"20 a second":                {once, asks(fd.EventAccepted, 200, 50), Rejected},
		"more, for 3 s":              {once, asks(fd.EventAccepted, 61, 49), Spun},
		"more, for less than 2 s":    {once, asks(fd.EventAccepted, 40, 49), Rejected},
		"refused":                    {once, asks(fd.EventRefused, 61, 49), Spun},
		"requests":                   {once, asks(fd.EventRead, 61, 49), Spun},
		"other events":               {once, asks(fd.EventWaited, 1000, 10), Rejected},
		"bursts with pauses":         {once, asks(fd.EventAccepted, 100, 1, 1000, 1000, 1000), Rejected},
		"as often as when healthy":   {asks(fd.EventRead, 30, 10), asks(fd.EventRead, 100, 34), Rejected},
		"more often than that":       {asks(fd.EventRead, 30, 10), asks(fd.EventRead, 100, 32), Spun},
		"more than can be kept":      {once, asks(fd.EventRefused, paced+1, 0), Spun},
		"pauses that grow, then not": {once, asks(fd.EventAccepted, 10, 100, 5000, 5000), Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			c := impatient()
			c.Learn(tt.healthy)
			r := c.Judge(Case{Info: fd.Info{Client: fd.Rejects | fd.TimesOut, Stage: fd.StageListen}}, tt.run)
			if tt.want != Spun {
				require.NotEqual(t, Spun, r.Verdict, "%s", r.Why)
				return
			}
			require.Equal(t, Spun, r.Verdict, "%s", r.Why)
			require.Equal(t, Unsafe, r.Grade)
			require.False(t, r.OK)
			require.Contains(t, r.Expected, "pause that grows")
		})
	}
	c := impatient()
	r := c.Judge(Case{Info: fd.Info{Client: fd.Rejects}}, asks(fd.EventAccepted, 301, 10))
	require.Equal(t, "it connected 301 times in 3s; 20 times a second are allowed", r.Why)
	late := asks(fd.EventAccepted, 301, 10)
	late.Ended = ms(1500)
	require.NotEqual(t, Spun, c.Judge(Case{Info: fd.Info{Client: fd.Rejects}}, late).Verdict, "after the client's end")
}

// What the daemon finds out when it stops is in the log.
func TestRemoved(t *testing.T) {
	removed := at(900, fd.EventRemoved)
	removed.Detail = "a regular file; nothing is there now"
	all := Log{at(0, fd.EventAccepted), at(10, fd.EventClosed), at(800, fd.EventWaited), removed, at(900, fd.EventStopped)}
	log := all.untilWithRemovals(ms(20))
	require.Equal(t, Log{all[0], all[1], removed}, log)
	o := Observation{Started: start, Ended: ms(20), Err: errors.New("it failed"), Fired: 1, Connections: 1, Log: log}
	c := impatient()
	r := c.Judge(Case{Info: fd.Info{Client: fd.Rejects}}, o)
	require.Equal(t, Removed, r.Verdict)
	require.Equal(t, Unsafe, r.Grade)
	require.Equal(t, "it removed a regular file; nothing is there now", r.Why)
	require.NotEmpty(t, r.Cure)
	require.Contains(t, r.Expected, "stays")

	c = impatient()
	c.Learn(o)
	require.Equal(t, Rejected, c.Judge(Case{Info: fd.Info{Client: fd.Rejects}}, o).Verdict, "as when it is healthy")
}

// A connect that was refused is something that the daemon did, and no end of a stream.
func TestARefusedConnectIsAnAct(t *testing.T) {
	log := Log{at(100, fd.EventRefused), at(500, fd.EventRefused)}
	require.Equal(t, 20*time.Millisecond, log.Silence(start, ms(520)))
	require.False(t, log.Ended())
}
