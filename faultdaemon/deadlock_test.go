package faultdaemon_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

func TestDeadlock(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultDeadlock}, func(t *testing.T, h host) {
		idle, holder, waiter := h.client(), h.client(), h.client()
		holder.send("one\n")
		h.event(faultdaemon.EventLocked)
		waiter.send("two\n")
		h.called(2)
		holder.isSilent()
		waiter.isSilent()

		h.SetFault(faultdaemon.FaultNone)
		h.client().exchange("three\n", "three\n")
		idle.exchange("four\n", "four\n")
		holder.isSilent() // what is hurt stays hurt
		waiter.isSilent()
	})
}

func TestDeadlockOutlivesItsHolder(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultDeadlock}, func(t *testing.T, h host) {
		holder := h.client()
		holder.send("one\n")
		h.event(faultdaemon.EventLocked)
		require.NoError(t, holder.Close())
		h.event(faultdaemon.EventGone)
		next := h.client()
		next.send("two\n")
		h.called(2)
		next.isSilent()
		locked := 0
		for _, ev := range h.Events() {
			if ev.Kind == faultdaemon.EventLocked {
				locked++
			}
		}
		require.Equal(t, 1, locked)
	})
}

func TestStartedAgainADaemonHasANewLock(t *testing.T) {
	h := start(t, "unix", faultdaemon.Config{Fault: faultdaemon.FaultDeadlock})
	h.client().send("one\n")
	h.event(faultdaemon.EventLocked)
	h.Stop()
	require.NoError(t, h.Start())
	h.client().send("two\n")
	eventually(t, func() bool {
		kinds := h.kinds(2)
		return len(kinds) > 0 && kinds[len(kinds)-1] == faultdaemon.EventHung
	})
	require.Equal(t, []faultdaemon.EventKind{
		faultdaemon.EventAccepted, faultdaemon.EventRead, faultdaemon.EventFault,
		faultdaemon.EventLocked, faultdaemon.EventHung,
	}, h.kinds(2))
}
