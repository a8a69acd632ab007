package faultdaemon_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

func TestMaxCallsKeepsTheNewest(t *testing.T) {
	for _, limit := range []int{1, 3, 16, 17, 100} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			h := start(t, "memory", faultdaemon.Config{MaxCalls: limit})
			c := h.client()
			var all []string
			for i := range 300 {
				text := fmt.Sprintf("%d-%0*d\n", i, i%97, 0)
				c.exchange(text, text)
				all = append(all, text)
			}
			require.Equal(t, all[300-limit:], h.requests())
			_, dropped := h.Dropped()
			require.EqualValues(t, 300-limit, dropped)
			require.NoError(t, h.WaitForCalls(t.Context(), 300), "all count, kept or not")

			h.SetConfig(faultdaemon.Config{MaxCalls: 1})
			require.Equal(t, all[299:], h.requests())
			h.ResetCalls()
			require.Empty(t, h.GetCalls())
			c.exchange("again\n", "again\n")
			require.Equal(t, []string{"again\n"}, h.requests())
		})
	}
}

// The memory of calls that are not kept is free for others.
func TestMaxCallsBoundsMemory(t *testing.T) {
	const size, many = 512 << 10, 64
	h := start(t, "memory", faultdaemon.Config{MaxCalls: 1, ResponseHandler: returns("\n")})
	c := h.client()
	heap := func() int64 {
		runtime.GC()
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		return int64(now.HeapAlloc)
	}
	c.exchange(lineOf(size), "\n")
	before := heap()
	for range many {
		c.exchange(lineOf(size), "\n")
	}
	require.Less(t, heap()-before, int64(many*size/4))
}

func TestEventsAreARing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", faultdaemon.Config{})
		c := h.client()
		for range 1000 {
			c.exchange("ping\n", "ping\n")
		}
		synctest.Wait() // the event of a write comes after it
		events := h.Events()
		require.Len(t, events, 1024)
		require.Equal(t, 1000, events[1023].Exchange, "the newest is there")
		dropped, _ := h.Dropped()
		require.EqualValues(t, 2+2*1000-1024, dropped, "started, accepted, and two for each exchange")
	})
}

func TestTraceSeesWhatIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var seen []faultdaemon.Event
		h := start(t, "memory", faultdaemon.Config{
			Plan: faultdaemon.InOrder(faultdaemon.FaultNone, faultdaemon.FaultPartialResponse),
			Trace: func(ev faultdaemon.Event) {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, ev)
			},
		})
		c := h.client()
		c.exchange("ping\n", "ping\n")
		require.NoError(t, writeAll(c, "ping\n"))
		got, _, err := readToEnd(c)
		require.NoError(t, err)
		require.Equal(t, "pi", got)
		h.Stop()
		require.Equal(t, h.Events(), seen)
		var lines []string
		for _, ev := range seen[1:] {
			lines = append(lines, ev.String())
		}
		require.Equal(t, []string{
			"connection 1: accepted",
			"connection 1, exchange 1: request read: 5 bytes",
			"connection 1, exchange 1: no fault: by 1*none",
			"connection 1, exchange 1: reply written: 5 bytes at 0",
			"connection 1, exchange 2: request read: 5 bytes",
			"connection 1, exchange 2: fault: by 1*partial_response [partial_response]",
			"connection 1, exchange 2: request handled: 5 bytes [partial_response]",
			"connection 1, exchange 2: bytes written: 2 bytes at 0 [partial_response]",
			"connection 1, exchange 2: closed",
			"stopped",
		}, lines)
		require.Equal(t, map[faultdaemon.Fault]int{faultdaemon.FaultPartialResponse: 1}, h.Fired())
	})
}

func TestWhyThereIsNoFault(t *testing.T) {
	h := start(t, "memory", faultdaemon.Config{
		Fault:        faultdaemon.FaultCloseAfterRead,
		FaultMatcher: func(request []byte) bool { return string(request) == "b\n" },
	})
	h.client().exchange("a\n", "a\n")
	require.Equal(t, map[faultdaemon.Fault]int{faultdaemon.FaultCloseAfterRead: 0}, h.Fired())
	var details []string
	for _, ev := range h.Events() {
		if ev.Kind == faultdaemon.EventHealthy {
			details = append(details, ev.Detail)
		}
	}
	require.Equal(t, []string{"the FaultMatcher says no"}, details)
}
