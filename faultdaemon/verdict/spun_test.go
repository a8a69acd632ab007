package verdict

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// starts is a run with so many starts of a server, so many milliseconds apart.
func starts(n, apart int) Observation {
	o := Observation{Started: start, Ended: ms((n-1)*apart + 1), Err: errors.New("it failed"), Fired: n, Connections: n, Spawned: true}
	for i := range n {
		o.Log = append(o.Log, at(i*apart, fd.EventAccepted), at(i*apart, fd.EventFault), at(i*apart, fd.EventClosed))
	}
	return o
}

func TestSpun(t *testing.T) {
	sockets := starts(20, 10)
	sockets.Spawned = false
	hung := starts(20, 10)
	hung.Hung = true
	answered := starts(14, 10)
	answered.Err, answered.Answer = nil, "pong"
	often := starts(20, 10)
	for name, tt := range map[string]struct {
		healthy, run Observation
		stage        fd.Stage
		want         Verdict
	}{
		"10 starts":                      {starts(1, 0), starts(10, 1), fd.StageProcess, Rejected},
		"11 starts":                      {starts(1, 0), starts(11, 1), fd.StageProcess, Spun},
		"11 starts, the last after 2 s":  {starts(1, 0), starts(11, 200), fd.StageProcess, Spun},
		"11 starts in more than 2 s":     {starts(1, 0), starts(11, 201), fd.StageProcess, Rejected},
		"many, and never 11 within 2 s":  {starts(1, 0), starts(100, 210), fd.StageProcess, TimedOut},
		"the healthy answer in the end":  {starts(1, 0), answered, fd.StageProcess, Spun},
		"as often as when it is healthy": {often, often, fd.StageProcess, Rejected},
		"more often":                     {starts(12, 10), starts(13, 10), fd.StageProcess, Spun},
		"connections":                    {starts(1, 0), sockets, fd.StageProcess, Rejected},
		"a fault that is not at a start": {starts(1, 0), starts(20, 10), fd.StageRespond, Rejected},
		"not back in time":               {starts(1, 0), hung, fd.StageProcess, Hung},
	} {
		t.Run(name, func(t *testing.T) {
			c := impatient()
			c.Learn(tt.healthy)
			r := c.Judge(Case{Info: fd.Info{Client: fd.Rejects, Stage: tt.stage}}, tt.run)
			require.Equal(t, tt.want, r.Verdict, "%s", r.Why)
			if tt.want == Spun {
				require.Equal(t, Unsafe, r.Grade)
				require.False(t, r.OK)
				require.NotEmpty(t, r.Cure)
			}
		})
	}
	c := impatient()
	r := c.Judge(Case{Info: fd.Info{Client: fd.Rejects, Stage: fd.StageProcess}}, starts(30, 100))
	require.Equal(t, "it started its server 21 times in 2s; 10 times in 2s are allowed", r.Why)
}

// What a process does at its start delays nothing unless it says how long: closed
// streams, signals that are ignored.
func TestOnlyAStartWithADurationDelays(t *testing.T) {
	run := failed(520)
	quick := fd.Info{Client: fd.Survives, Stage: fd.StageProcess}
	slow := quick
	slow.Params = []fd.Param{{Name: "d", Kind: fd.KindDuration}}
	c := impatient()
	c.replied = []int{0, 5}
	require.Equal(t, Overstrict, c.Judge(Case{Info: quick}, run).Grade)
	require.Equal(t, OK, c.Judge(Case{Info: slow}, run).Grade)
}

// A client that is given no more time is as patient as it can be: this one got its
// first reply late, and waited for the second until its context ended.
func TestADelayOutlastsTheDeadline(t *testing.T) {
	c := impatient()
	c.replied, c.Deadline = []int{0, 5, 10}, 600*time.Millisecond
	entry := Case{Info: fd.Info{Client: fd.Survives, Stage: fd.StageRespond}}
	late := []fd.Event{at(310, fd.EventWrote), at(310, fd.EventRead), at(310, fd.EventFault)}
	require.Equal(t, OK, c.Judge(entry, failed(600, late...)).Grade)
	require.Equal(t, Overstrict, c.Judge(entry, failed(599, late...)).Grade)
}

// It is the client that the daemon waits for, also when it has gone since.
func TestADaemonThatWaitsForTheClientDelaysNothing(t *testing.T) {
	c := impatient()
	c.replied = []int{0, 5}
	entry := Case{Info: fd.Info{Client: fd.Survives, Stage: fd.StageRespond}}
	require.Equal(t, OK, c.Judge(entry, failed(600)).Grade)
	require.Equal(t, Overstrict, c.Judge(entry, failed(600, at(10, fd.EventBlocked))).Grade)
	require.Equal(t, Overstrict, c.Judge(entry, failed(600, at(10, fd.EventBlocked), at(510, fd.EventGone))).Grade)
	require.Equal(t, OK, c.Judge(entry, failed(600, at(10, fd.EventBlocked), at(11, fd.EventActed))).Grade)
}

// A client that cannot connect may compute for a second more than when it is healthy, or
// for a quarter of the run.
func TestComputingWhileNobodyListens(t *testing.T) {
	for name, c := range map[string]struct {
		used, took time.Duration
		stage      fd.Stage
		burnt      bool
	}{
		"all the time":          {3 * time.Second, 3 * time.Second, fd.StageListen, true},
		"a little more":         {1501 * time.Millisecond, 3 * time.Second, fd.StageListen, true},
		"a second":              {1500 * time.Millisecond, 3 * time.Second, fd.StageListen, false},
		"a quarter":             {2500 * time.Millisecond, 8 * time.Second, fd.StageListen, false},
		"with somebody to talk": {3 * time.Second, 3 * time.Second, fd.StageRespond, false},
	} {
		t.Run(name, func(t *testing.T) {
			client := &Client{processor: 500 * time.Millisecond}
			why := client.burnt(fd.Info{Stage: c.stage}, Observation{Started: start, Ended: start.Add(c.took), Processor: c.used})
			require.Equal(t, c.burnt, why != "", why)
		})
	}
}
