// Package core_test holds the daemon against libraries that those who import
// it shall not need: no goroutine leaks, and properties of random exchanges.
package core_test

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// started returns a daemon on one of the transports, and how to reach it.
func started(t *testing.T, network string, cfg faultdaemon.Config) (*faultdaemon.FaultDaemon, func() net.Conn) {
	t.Helper()
	path := ""
	if network == "unix" {
		path = faulttest.TempSocket(t)
	}
	d := faultdaemon.New(path, cfg)
	require.NoError(t, d.Start())
	return d, func() net.Conn {
		conn, err := d.Dial(context.Background())
		require.NoError(t, err)
		require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
		return conn
	}
}

// Whatever fault is acting on whatever connections, Stop leaves no goroutine.
func TestStopLeavesNoGoroutine(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		for _, info := range faultdaemon.Builtin().All() {
			t.Run(network+" "+string(info.Name), func(t *testing.T) {
				defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
				d, dial := started(t, network, faultdaemon.Config{Fault: info.Fault()})
				silent, busy, leaving := dial(), dial(), dial()
				defer func() { _ = silent.Close() }()
				defer func() { _ = busy.Close() }()
				_, _ = io.WriteString(busy, "ping\nping\n")    // the daemon may have
				_, _ = io.WriteString(leaving, "ping\nand so") // closed already
				require.NoError(t, leaving.Close())
				require.NoError(t, d.WaitForConnections(t.Context(), 3))
				d.Stop()
			})
		}
	}
}

// Clients that come and go leave nothing behind on a daemon that runs.
func TestClientsLeaveNoGoroutine(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		t.Run(network, func(t *testing.T) {
			d, dial := started(t, network, faultdaemon.Config{})
			defer d.Stop()
			before := goleak.IgnoreCurrent()
			for _, fault := range []faultdaemon.Fault{
				faultdaemon.FaultNone, faultdaemon.FaultHangOnAccept, faultdaemon.FaultHangBeforeResponse,
				faultdaemon.FaultDeadlock, faultdaemon.FaultStopReading, faultdaemon.FaultHalfClose,
				faultdaemon.FaultResetAfterRead, faultdaemon.FaultRefuseAfterAccept,
			} {
				d.SetFault(fault)
				for range 10 {
					conn := dial()
					_, err := io.WriteString(conn, "ping\nping\n")
					require.NoError(t, err)
					require.NoError(t, conn.Close())
				}
				require.NoError(t, d.WaitForConnections(t.Context(), int(d.ConnectionCount())))
			}
			goleak.VerifyNone(t, before)
		})
	}
}
