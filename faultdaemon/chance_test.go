package faultdaemon_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// chancy are the built-in faults that use chance.
var chancy = []faultdaemon.Fault{
	"slow_accept(300ms, 50ms)",
	"slow_response(300ms, 50ms)",
	"very_slow_response(15s, 1s)",
}

// waits returns how long the first reply of each of n connections took.
func waits(t *testing.T, cfg faultdaemon.Config, n int) (took []time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", cfg)
		for range n {
			c := h.client()
			began := time.Now()
			c.exchange("ping\n", "ping\n")
			took = append(took, time.Since(began))
			require.NoError(t, c.Close())
		}
	})
	return took
}

func TestJitterReplays(t *testing.T) {
	for _, fault := range chancy {
		t.Run(fault.Name(), func(t *testing.T) {
			first := waits(t, faultdaemon.Config{Fault: fault, Seed: 7}, 20)
			require.Equal(t, first, waits(t, faultdaemon.Config{Fault: fault, Seed: 7}, 20), "the same seed")
			require.NotEqual(t, first, waits(t, faultdaemon.Config{Fault: fault, Seed: 8}, 20), "another seed")
		})
	}
}

func TestJitterIsNeverEarlyAndWithinItsBounds(t *testing.T) {
	var least, most time.Duration
	for i, took := range waits(t, faultdaemon.Config{Fault: "slow_response(300ms, 50ms)", Seed: 1}, 500) {
		require.GreaterOrEqual(t, took, 300*time.Millisecond)
		require.LessOrEqual(t, took, 350*time.Millisecond)
		if i == 0 || took < least {
			least = took
		}
		most = max(most, took)
	}
	require.Less(t, least, 305*time.Millisecond)
	require.Greater(t, most, 345*time.Millisecond)
}

// Both ends of the jitter may be drawn.
func TestJitterOfANanosecond(t *testing.T) {
	seen := map[time.Duration]bool{}
	for _, took := range waits(t, faultdaemon.Config{Fault: "slow_response(300ms, 1ns)", Seed: 1}, 50) {
		seen[took] = true
	}
	require.Equal(t, map[time.Duration]bool{300 * time.Millisecond: true, 300*time.Millisecond + 1: true}, seen)
}

func TestNoJitterIsExact(t *testing.T) {
	for _, took := range waits(t, faultdaemon.Config{Fault: "slow_response(300ms, 0s)"}, 5) {
		require.Equal(t, 300*time.Millisecond, took)
	}
}

// The seed that was drawn is in the first event; 0 draws another each time.
func TestDrawnSeedReplays(t *testing.T) {
	var seeds []string
	for range 2 {
		d := faultdaemon.New("", faultdaemon.Config{})
		require.NoError(t, d.Start())
		first := d.Events()[0]
		require.Equal(t, faultdaemon.EventStarted, first.Kind)
		seeds = append(seeds, first.Detail)
		d.Stop()
	}
	require.NotEqual(t, seeds[0], seeds[1])
	require.Regexp(t, `^memory, seed \d+$`, seeds[0])
}
