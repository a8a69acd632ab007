package faultdaemon_test

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// await is a step that waits for a channel.
func await(c <-chan struct{}) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error { return e.Await(c) }
}

// Whatever a connection is doing, a restart ends it with a clean EOF at once.
func TestRestartEndsConnections(t *testing.T) {
	for name, c := range map[string]struct {
		fault faultdaemon.Fault
		send  string
		busy  faultdaemon.EventKind // that the daemon is at it
		got   string
	}{
		"idle":           {got: ""},
		"in a handler":   {send: "handle\n", busy: faultdaemon.EventRead},
		"hanging":        {fault: faultdaemon.FaultHangBeforeResponse, send: "ping\n", busy: faultdaemon.EventHung},
		"half a reply":   {fault: faultdaemon.FaultWriteHalfThenHang, send: "ping\n", busy: faultdaemon.EventHung, got: "pi"},
		"waiting":        {fault: faultdaemon.FaultSlowResponse.With(time.Hour), send: "ping\n", busy: faultdaemon.EventRead},
		"with the lock":  {fault: faultdaemon.FaultDeadlock, send: "ping\n", busy: faultdaemon.EventLocked},
		"unfinished":     {send: "pin", busy: faultdaemon.EventAccepted},
		"about to reset": {fault: faultdaemon.FaultResetAfterRead, send: "", busy: faultdaemon.EventAccepted},
	} {
		t.Run(name, func(t *testing.T) {
			for _, network := range []string{"memory", "unix", "tcp"} {
				t.Run(network, func(t *testing.T) {
					now, handled := make(chan struct{}), make(chan struct{})
					cfg := listening(t, "", listen.Listen, await(now), listen.Restart)
					own, err := faultdaemon.Join(append(cfg.Catalogues, faultdaemon.Builtin())...)
					require.NoError(t, err)
					line := "own"
					if c.fault != "" {
						line += "->" + string(c.fault)
					}
					cfg.Plan, err = own.ParsePlan(line)
					require.NoError(t, err)
					cfg.ResponseHandler = func(r []byte) []byte {
						if string(r) == "handle\n" {
							<-handled
						}
						return r
					}
					h := startPlace(t, network, cfg)
					client := h.client()
					h.connected(1)
					if c.send != "" {
						client.send(c.send)
					}
					if c.busy != "" {
						h.event(c.busy)
					}
					if c.got != "" {
						client.reads(c.got)
					}
					close(now)
					client.ends("", faultdaemon.EndEOF)
					close(handled)
					next := h.client()
					next.isSilent() // it is served by the daemon after the restart, and open
					h.Stop()
				})
			}
		})
	}
}

// versions is a handler that says how often the daemon has restarted.
func versions(e *faultdaemon.Exchange) ([]byte, error) {
	return fmt.Appendf(nil, "version %d\n", e.Restarts()), nil
}

func TestOldVersion(t *testing.T) {
	cfg := listening(t, listen.FaultOldVersion)
	cfg.Respond = versions
	atEveryPlace(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("hello\n", "version 0\n")
		c.ends("", faultdaemon.EndEOF)
		c = h.client()
		c.exchange("hello\n", "version 1\n")
		c.exchange("hello\n", "version 1\n")
	})
}

func TestReplaced(t *testing.T) {
	cfg := listening(t, listen.FaultReplaced)
	cfg.Respond = versions
	atEveryPlace(t, cfg, func(t *testing.T, h host) {
		before := h.inode()
		old := h.client()
		old.exchange("hello\n", "version 0\n")
		h.event(faultdaemon.EventActed)
		eventually(t, func() bool { return h.Fired()[listen.FaultReplaced] == 1 })
		c := h.client()
		c.exchange("hello\n", "version 1\n")
		old.exchange("hello\n", "version 0\n")
		if h.network == "unix" {
			require.NotEqual(t, before, h.inode())
		}
		h.SetFault(faultdaemon.FaultNone)
		h.client().exchange("hello\n", "version 1\n")
		h.Stop()
		old.ends("", faultdaemon.EndEOF)
		isEmpty(t, h)
	})
}

// inode is that of the socket's file, 0 where there is none.
func (h host) inode() uint64 {
	if h.network != "unix" {
		return 0
	}
	info, err := os.Stat(h.address)
	require.NoError(h.t, err)
	return inodeOf(info)
}

// The daemon that replaces another has a lock of its own.
func TestRestartFreesTheLock(t *testing.T) {
	now := make(chan struct{})
	cfg := listening(t, "", listen.Listen, await(now), listen.Restart)
	own, err := faultdaemon.Join(append(cfg.Catalogues, faultdaemon.Builtin())...)
	require.NoError(t, err)
	cfg.Plan, err = own.ParsePlan("own->deadlock")
	require.NoError(t, err)
	h := startPlace(t, "memory", cfg)
	holds := h.client()
	holds.send("ping\n")
	h.event(faultdaemon.EventLocked)
	close(now)
	holds.ends("", faultdaemon.EndEOF)
	h.client().send("ping\n")
	eventually(t, func() bool {
		locked := 0
		for _, ev := range h.Events() {
			if ev.Kind == faultdaemon.EventLocked {
				locked++
			}
		}
		return locked == 2
	})
}

// What a fault counts begins with it, not with the daemon.
func TestRefuseAfterCountsFromItsBeginning(t *testing.T) {
	atEveryPlace(t, listening(t, faultdaemon.FaultNone), func(t *testing.T, h host) {
		for range 3 {
			h.isHealthy()
		}
		h.SetFault(listen.FaultRefuseAfter.With(2))
		h.isHealthy()
		served := h.client()
		served.exchange("ping\n", "ping\n")
		eventually(t, func() bool {
			conn, err := h.dial()
			if err == nil {
				_ = conn.Close()
			}
			return errors.Is(err, syscall.ECONNREFUSED)
		})
		served.exchange("ping\n", "ping\n")
		h.SetFault(faultdaemon.FaultNone)
		served.exchange("ping\n", "ping\n")
		h.isHealthy()
	})
}

// A plan may have a fault of the listen stage, and others beside it.
func TestPlanWithAListenFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := listening(t, "")
		all, err := faultdaemon.Join(listen.Faults, faultdaemon.Builtin())
		require.NoError(t, err)
		cfg.Plan, err = all.ParsePlan("1*socket_absent(1m) -> slow_response(1s)")
		require.NoError(t, err)
		h := startPlace(t, "memory", cfg)
		h.refused(syscall.ENOENT)
		<-time.After(time.Minute - time.Nanosecond)
		h.refused(syscall.ENOENT)
		<-time.After(time.Nanosecond)
		synctest.Wait()
		began := time.Now()
		h.client().exchange("ping\n", "ping\n")
		require.Equal(t, time.Second, time.Since(began))
		require.Equal(t, map[faultdaemon.Fault]int{listen.FaultSocketAbsent.With(time.Minute): 1, faultdaemon.FaultSlowResponse.With(time.Second): 1}, h.Fired())
		h.Stop()
		require.NoError(t, h.Start(), "the term has taken its one")
		h.client().exchange("ping\n", "ping\n")
		h.Stop()
	})
}
