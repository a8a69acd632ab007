package faultdaemon_test

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Whether a request was carried out before its fault acted is in the log, on
// every transport: a client that sends it again does the work twice, or not.
func TestTheLogSaysWhetherTheHandlerRan(t *testing.T) {
	for fault, ran := range map[faultdaemon.Fault]bool{
		faultdaemon.FaultAckLost:               true,
		faultdaemon.FaultAckLost.With("reset"): true,
		faultdaemon.FaultAckLate.With("1ms"):   true,
		faultdaemon.FaultPartialResponse:       true,
		faultdaemon.FaultCloseAfterRead:        false,
		faultdaemon.FaultResetAfterRead:        false,
		faultdaemon.FaultPanicInHandler:        false,
		faultdaemon.FaultHangBeforeResponse:    false,
		faultdaemon.FaultDeadlock:              false,
	} {
		t.Run(string(fault), func(t *testing.T) {
			var asked atomic.Int64
			cfg := faultdaemon.Config{Fault: fault, ResponseHandler: func([]byte) []byte {
				asked.Add(1)
				return []byte("done\n")
			}}
			onEveryTransport(t, cfg, func(t *testing.T, h host) {
				asked.Store(0)
				c := h.client()
				c.send("pay\n")
				require.NoError(t, c.SetReadDeadline(time.Now().Add(10*moment)))
				_, _, err := readToEnd(c)
				require.NoError(t, err)
				h.Stop() // all is in the log
				require.Equal(t, ran, asked.Load() == 1, "the handler was asked %d times", asked.Load())
				handled := slices.Index(h.kinds(1), faultdaemon.EventHandled)
				require.Equal(t, ran, handled >= 0, "%v", h.Events())
				if !ran {
					return
				}
				ev := h.event(faultdaemon.EventHandled)
				require.Equal(t, []any{1, fault, 5}, []any{ev.Exchange, ev.Fault, ev.Bytes})
				acted := slices.IndexFunc(h.kinds(1), func(k faultdaemon.EventKind) bool {
					return k == faultdaemon.EventWrote || k == faultdaemon.EventClosed || k == faultdaemon.EventReset
				})
				require.Less(t, handled, acted, "%v", h.Events())
			})
		})
	}
}

// Without a fault there is nothing to be said: the reply says it.
func TestAHealthyExchangeDoesNotSayThatItWasHandled(t *testing.T) {
	h := start(t, "memory", faultdaemon.Config{Plan: faultdaemon.InOrder(faultdaemon.FaultNone, faultdaemon.FaultSlowResponse.With("1ms"))})
	c := h.client()
	c.exchange("ping\n", "ping\n")
	require.NotContains(t, h.kinds(1), faultdaemon.EventHandled)
	c.exchange("ping\n", "ping\n")
	require.Contains(t, h.kinds(1), faultdaemon.EventHandled)
}
