package faultdaemon_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// startPlace starts a daemon that can end and begin listening.
func startPlace(t testing.TB, network string, cfg faultdaemon.Config) host {
	t.Helper()
	if network != "tcp" {
		return start(t, network, cfg)
	}
	l := listenTCP(t)
	h := host{t: t, network: network, address: l.Addr().String(), FaultDaemon: faultdaemon.New("", cfg)}
	require.NoError(t, h.StartOn(l))
	t.Cleanup(h.Stop)
	return h
}

func atEveryPlace(t *testing.T, cfg faultdaemon.Config, test func(*testing.T, host)) {
	t.Helper()
	for _, network := range []string{"memory", "unix", "tcp"} {
		t.Run(network, func(t *testing.T) { test(t, startPlace(t, network, cfg)) })
	}
}

// listening is a Config with the faults of the listen stage, and one of the test's own
// that does these steps there.
func listening(t testing.TB, fault faultdaemon.Fault, do ...faultdaemon.Step) faultdaemon.Config {
	t.Helper()
	cfg := faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{listen.Faults}, Fault: fault}
	if len(do) > 0 {
		own, err := faultdaemon.NewCatalogue(faultdaemon.Info{Name: "own", Stage: faultdaemon.StageListen, Do: faultdaemon.Steps(do...)})
		require.NoError(t, err)
		cfg.Catalogues = append(cfg.Catalogues, own)
	}
	return cfg
}

// refused requires that a connect fails with an error of the kernel's.
func (h host) refused(want syscall.Errno) {
	h.t.Helper()
	conn, err := h.dial()
	if err == nil {
		_ = conn.Close()
	}
	require.ErrorIs(h.t, err, want)
}

// dialWithin opens a connection, or gives up.
func (h host) dialWithin(most time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	conn, err := h.Dial(ctx)
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(patience))
}

// isHealthy exchanges a message on a connection of its own.
func (h host) isHealthy() {
	h.t.Helper()
	c := h.client()
	c.exchange("ping\n", "ping\n")
	require.NoError(h.t, c.Close())
}

// A closedCase is a fault in which a client cannot connect, and what the kernel says:
// on a Unix socket and in memory, and on TCP, where 0 is that the fault does not fire.
type closedCase struct {
	fault     faultdaemon.Fault
	unix, tcp syscall.Errno
	mode      os.FileMode // of what is at the path; 0 where nothing is
	byRoot    bool        // root sees it too
}

var closed = []closedCase{
	{listen.FaultSocketAbsent, syscall.ENOENT, syscall.ECONNREFUSED, 0, true},
	{listen.FaultSocketStale, syscall.ECONNREFUSED, syscall.ECONNREFUSED, os.ModeSocket | 0o600, true},
	{listen.FaultSocketIsFile, syscall.ECONNREFUSED, 0, 0o600, true},
	{listen.FaultSocketIsDirectory, syscall.ECONNREFUSED, 0, os.ModeDir | 0o700, true},
	{listen.FaultPathDangling, syscall.ENOENT, 0, os.ModeSymlink | 0o777, true},
	{listen.FaultSocketForbidden, syscall.EACCES, 0, os.ModeSocket, false},
	{listen.FaultBacklogFull, syscall.EAGAIN, syscall.ETIMEDOUT, os.ModeSocket | 0o600, true},
}

func TestFoundAndHealed(t *testing.T) {
	for _, c := range closed {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			for name, begin := range map[string]func(*testing.T, string) host{
				"from the start": func(t *testing.T, network string) host { return startPlace(t, network, listening(t, c.fault)) },
				"later": func(t *testing.T, network string) host {
					h := startPlace(t, network, listening(t, faultdaemon.FaultNone))
					h.isHealthy()
					h.SetFault(c.fault)
					return h
				},
				"after another": func(t *testing.T, network string) host {
					h := startPlace(t, network, listening(t, listen.FaultSocketStale))
					h.SetFault(c.fault)
					return h
				},
			} {
				for _, network := range []string{"memory", "unix", "tcp"} {
					t.Run(name+"/"+network, func(t *testing.T) {
						h := begin(t, network)
						want := c.unix
						switch {
						case network == "tcp":
							want = c.tcp
						case network == "unix" && os.Geteuid() == 0 && !c.byRoot:
							want = 0
						}
						switch want {
						case 0:
							h.isHealthy()
							h.event(faultdaemon.EventNotFired)
							require.Zero(t, h.Fired()[c.fault])
						case syscall.ETIMEDOUT: // nothing answers, and a connect of package net waits for minutes
							if h.Fired()[c.fault] > 0 { // a backlog can be full on this system
								_, err := h.dialWithin(moment)
								var failed net.Error
								require.ErrorAs(t, err, &failed)
								require.True(t, failed.Timeout(), "%v", err)
							}
						default:
							h.refused(want)
							require.NotZero(t, h.Fired()[c.fault])
						}
						if network == "unix" && want != 0 {
							c.isAt(t, h.address)
						}
						h.SetFault(faultdaemon.FaultNone)
						h.isHealthy()
						h.Stop()
						isEmpty(t, h)
					})
				}
			}
		})
	}
}

// isAt requires that this, and nothing beside it, is in the socket's directory.
func (c closedCase) isAt(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	if c.mode == 0 {
		require.Empty(t, entries)
		return
	}
	require.Len(t, entries, 1)
	info, err := os.Lstat(path)
	require.NoError(t, err)
	require.Equal(t, c.mode, info.Mode())
}

// isEmpty requires that nothing is left in the directory of a daemon's socket.
func isEmpty(t *testing.T, h host) {
	t.Helper()
	if h.network != "unix" {
		return
	}
	entries, err := os.ReadDir(filepath.Dir(h.address))
	require.NoError(t, err)
	require.Empty(t, entries)
}

// Whatever a daemon does at its path, nothing is there when it has stopped.
func TestStopLeavesNothing(t *testing.T) {
	for _, fault := range []faultdaemon.Fault{
		listen.FaultSocketAbsent, listen.FaultSocketStale, listen.FaultSocketIsFile, listen.FaultSocketIsDirectory, listen.FaultPathDangling,
		listen.FaultSocketForbidden, listen.FaultBacklogFull, listen.FaultSlowBoot, listen.FaultSocketGap, listen.FaultReplaced,
		listen.FaultSocketAbsent.With(time.Hour), listen.FaultSocketGap.With(time.Hour, "keep"), listen.FaultOldVersion, listen.FaultRefuseAfter,
	} {
		t.Run(string(fault), func(t *testing.T) {
			atEveryPlace(t, listening(t, fault), func(t *testing.T, h host) {
				if conn, err := h.dialWithin(moment); err == nil {
					defer conn.Close()
					(&client{conn, t}).exchange("ping\n", "ping\n")
				}
				h.Stop()
				isEmpty(t, h)
				eventually(t, func() bool { return len(daemonGoroutines()) == 0 })
				require.Nil(t, h.Addr())
			})
		})
	}
}

// That a step listens is in the log.
func TestTheLogSaysThatAStepListens(t *testing.T) {
	h := startPlace(t, "memory", listening(t, "own", listen.Listen))
	require.Equal(t, "listening", h.event(faultdaemon.EventActed).Detail)
}
