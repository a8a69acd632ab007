package relay_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/relay"
)

// A jitter makes the delay longer, by no more than it says, and not always by the same.
func TestLatencyWithJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const delay, jitter = 100 * time.Millisecond, 20 * time.Millisecond
		front, _ := inFront(t, faultdaemon.Config{ResponseHandler: shouts})
		cfg := front.Config()
		cfg.Catalogues = []*faultdaemon.Catalogue{relay.Faults}
		cfg.Fault = relay.FaultLatency.With(delay, jitter)
		front.SetConfig(cfg)
		conn := connect(t, front)
		took := make(map[time.Duration]bool)
		for range 20 {
			began := time.Now()
			say(t, conn, "ping\n", "PING\n")
			there := time.Since(began)
			require.GreaterOrEqual(t, there, 2*delay)
			require.LessOrEqual(t, there, 2*(delay+jitter))
			took[there] = true
		}
		require.Greater(t, len(took), 10)
	})
}
