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

// A program loses the share of the time in which others have the processors, and all of
// a time in which nobody watched.
func TestLost(t *testing.T) {
	epoch := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	after := func(ms int) time.Time { return epoch.Add(time.Duration(ms) * time.Millisecond) }
	var p pressure
	assert.Equal(t, 5*time.Millisecond, p.lost(after(0), after(5)), "nobody has watched")
	p.add(after(0), 9, 2)
	p.add(after(10), 2, 2)
	p.add(after(20), 4, 2)
	p.add(after(30), 0, 2)
	p.add(after(100), 4, 2)
	ms := func(from, to int) int { return int(p.lost(after(from), after(to)).Milliseconds()) }
	assert.Equal(t, 0, ms(1, 9))
	assert.Equal(t, 5, ms(1, 19), "four wanted two processors")
	assert.Equal(t, 5, ms(1, 29))
	assert.Equal(t, 65, ms(1, 99), "this process itself came 50 ms too late")
	assert.Equal(t, 7, ms(101, 107), "it ended after the last sample")
	assert.Equal(t, 30, ms(-20, 10), "it began before the first")
}

// A run is timed from the client's first connection.
func TestBusy(t *testing.T) {
	epoch := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	o := &verdict.Observation{Started: epoch, Ended: epoch.Add(20 * time.Millisecond)}
	most := func(from, to time.Time) time.Duration { return 2 * to.Sub(from) }
	assert.True(t, busy(most, o))
	o.TimedFrom = epoch.Add(10 * time.Millisecond)
	assert.False(t, busy(most, o))
}

// The kernel sees that more want to run than there are processors.
func TestRunnable(t *testing.T) {
	if _, ok := runnable(); !ok {
		t.Skip("this system does not tell how many want to run")
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
		n, _ := runnable()
		return n > 2*runtime.NumCPU()
	}, 20*time.Second, sampleEvery)
}
