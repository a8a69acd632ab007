package faultdaemon_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A wait is in the log with its length once it is over, and not where the daemon
// stops before.
func TestTheLogSaysHowLongAFaultWaited(t *testing.T) {
	for name, c := range map[string]struct {
		stops time.Duration
		want  []time.Duration
	}{
		"to its end":   {4 * time.Second, []time.Duration{3 * time.Second}},
		"until a stop": {time.Second, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, "memory", faultdaemon.Config{Fault: faultdaemon.FaultSlowResponse.With(3 * time.Second)})
				h.client().send("ping\n")
				<-time.After(c.stops)
				h.Stop()
				var waited []time.Duration
				for _, ev := range h.Events() {
					if ev.Kind == faultdaemon.EventWaited {
						waited = append(waited, ev.Waited)
					}
				}
				require.Equal(t, c.want, waited)
			})
		})
	}
}

// Of no exchanges, the last has ended already.
func TestAwaitingNoExchangesDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := startPlace(t, "memory", listening(t, "own", func(e *faultdaemon.Exchange) error {
			if err := e.AwaitExchanges(0); err != nil {
				return err
			}
			e.Acted("there were none")
			return nil
		}))
		synctest.Wait()
		require.Contains(t, h.kinds(0), faultdaemon.EventActed)
	})
}
