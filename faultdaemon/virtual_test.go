package faultdaemon_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Fifteen seconds pass in the bubble and none outside.
func TestVerySlowResponseCostsVirtualTime(t *testing.T) {
	outside := time.Now()
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", faultdaemon.Config{Fault: faultdaemon.FaultVerySlowResponse})
		began := time.Now()
		c := h.client()
		c.send("ping\n")
		require.NoError(t, c.SetReadDeadline(time.Now().Add(15*time.Second-1)))
		_, err := c.Read(make([]byte, 1))
		require.ErrorContains(t, err, "timeout", "not a nanosecond early")
		require.NoError(t, c.SetReadDeadline(time.Time{}))
		c.reads("ping\n")
		require.Equal(t, 15*time.Second, time.Since(began))
	})
	require.Less(t, time.Since(outside), 5*time.Second)
}

// What is made outside a bubble works in it, and in the next one.
func TestDaemonMadeOutsideTheBubble(t *testing.T) {
	cfg := faultdaemon.Config{Fault: faultdaemon.FaultSlowResponse.With(time.Hour), ResponseHandler: returns("pong\n")}
	d := faultdaemon.New("", cfg)
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			require.NoError(t, d.Start())
			defer d.Stop()
			h := host{FaultDaemon: d, t: t}
			waited := make(chan error)
			go func() { waited <- d.WaitForCalls(t.Context(), 1) }()
			conn, err := d.Dial(t.Context())
			require.NoError(t, err)
			began := time.Now()
			require.NoError(t, talk(conn, "ping\n", "pong\n"))
			require.Equal(t, time.Hour, time.Since(began))
			require.NoError(t, <-waited)
			d.ResetCalls()
			h.SetFault(faultdaemon.FaultSlowResponse.With(time.Hour))
		})
	}
}

// Two daemons share the bubble's time and nothing else.
func TestTwoDaemonsInOneBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := start(t, "memory", faultdaemon.Config{Fault: faultdaemon.FaultSlowResponse.With(3 * time.Second)})
		front := start(t, "memory", faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
			conn, err := slow.Dial(e.Context())
			if err != nil {
				return nil, err
			}
			defer func() { _ = conn.Close() }()
			return e.Request(), talk(conn, "to the back\n", "to the back\n")
		}})
		began := time.Now()
		front.client().exchange("ping\n", "ping\n")
		require.Equal(t, 3*time.Second, time.Since(began))
		require.Equal(t, []string{"ping\n"}, front.requests())
		require.Equal(t, []string{"to the back\n"}, slow.requests())
	})
}

// catalogueEvents runs every fault once, two connections with two requests
// each, and returns what the daemon says happened.
func catalogueEvents(t *testing.T) map[faultdaemon.Fault][]faultdaemon.Event {
	all := make(map[faultdaemon.Fault][]faultdaemon.Event)
	for _, info := range faultdaemon.Builtin().All() {
		synctest.Test(t, func(t *testing.T) {
			h := start(t, "memory", faultdaemon.Config{Fault: info.Fault(), Seed: 42})
			for range 2 {
				c := h.client()
				_ = writeAll(c, `{"ask":"for this"}`+"\n", "and that\n") // the daemon may have closed already
				_, _, err := readToEnd(c)
				require.NoError(t, err)
				require.NoError(t, c.Close())
				synctest.Wait()
			}
			h.Stop()
			all[info.Name] = h.Events()
		})
	}
	return all
}

// The same run gives the same events at the same times.
func TestCatalogueIsTheSameEveryTime(t *testing.T) {
	first, second := catalogueEvents(t), catalogueEvents(t)
	require.Len(t, first, len(faultdaemon.Builtin().All()))
	for name, events := range first {
		if name == faultdaemon.FaultPanicInHandler {
			withoutStacks(events)
			withoutStacks(second[name])
		}
		require.Equal(t, events, second[name], name)
		require.True(t, slices.IsSortedFunc(events, func(a, b faultdaemon.Event) int {
			return cmp.Compare(a.Time.UnixNano(), b.Time.UnixNano())
		}))
		require.Equal(t, faultdaemon.EventStopped, events[len(events)-1].Kind)
	}
}

// withoutStacks cuts the stacks off, which hold addresses.
func withoutStacks(events []faultdaemon.Event) {
	for i, ev := range events {
		if ev.Kind == faultdaemon.EventPanic {
			events[i].Detail, _, _ = strings.Cut(ev.Detail, "\n")
		}
	}
}
