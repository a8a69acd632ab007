package hostile

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Every event has a reading of the monotonic clock, so what lies between two does not
// change when somebody sets the other clock. Waits are timers, which know no other
// clock than that.
func TestEventsAreOnTheMonotonicClock(t *testing.T) {
	d := onUnix(t, faultdaemon.Config{Fault: faultdaemon.FaultSlowResponse.With("1ms")})
	isServed(t, dial(t, d))
	for _, ev := range d.Events() {
		require.NotEqual(t, ev.Time, ev.Time.Round(0), "%s: Round(0) takes the reading away", ev)
	}
	require.True(t, has(d, faultdaemon.EventWaited))
}
