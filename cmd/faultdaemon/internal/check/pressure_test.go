package check

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

func TestPressure(t *testing.T) {
	if _, ok := stalls(); !ok {
		t.Skip("this kernel does not tell its pressure")
	}
	epoch := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	after := func(s int) time.Time { return epoch.Add(time.Duration(s) * time.Second) }
	p := pressure{samples: []sample{{after(0), 0}, {after(10), 0}, {after(11), time.Second}, {after(20), time.Second}}}
	run := func(started, connected, ended int) *verdict.Observation {
		o := &verdict.Observation{Started: after(started), Ended: after(ended)}
		if connected > 0 {
			o.TimedFrom = after(connected)
		}
		return o
	}
	assert.True(t, p.busy(run(-2, -1, 2)), "nobody had watched")
	assert.False(t, p.busy(run(1, 2, 9)))
	assert.True(t, p.busy(run(1, 2, 11)))
	assert.False(t, p.busy(run(1, 12, 15)), "it was busy while the client started")
	assert.True(t, p.busy(run(1, 0, 15)), "a client that never connected")
}

// The kernel sees that more wants to run than there are processors.
func TestPressureRises(t *testing.T) {
	before, ok := stalls()
	if !ok {
		t.Skip("this kernel does not tell its pressure")
	}
	var stop atomic.Bool
	var busy sync.WaitGroup
	old := runtime.GOMAXPROCS(4 * runtime.NumCPU())
	defer runtime.GOMAXPROCS(old)
	for range 4 * runtime.NumCPU() {
		busy.Go(func() {
			for !stop.Load() {
			}
		})
	}
	defer busy.Wait()
	defer stop.Store(true)
	require.Eventually(t, func() bool {
		now, _ := stalls()
		return now-before > stallAllowed
	}, 20*time.Second, sampleEvery)
}
