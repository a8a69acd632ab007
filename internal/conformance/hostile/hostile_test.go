// Package hostile holds the daemon against clients, and a system, that mean it no
// good. docs/security.md says what comes of each.
package hostile

import (
	"context"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// patience is how long a test waits for what must come, however busy the machine is.
const patience = 20 * time.Second

// onUnix starts a daemon on a Unix socket until the test ends.
func onUnix(t *testing.T, cfg faultdaemon.Config) *faultdaemon.FaultDaemon {
	t.Helper()
	d := faultdaemon.New(faulttest.TempSocket(t), cfg)
	require.NoError(t, d.Start())
	t.Cleanup(d.Stop)
	return d
}

// dial opens a connection that is closed when the test ends.
func dial(t *testing.T, d *faultdaemon.FaultDaemon) net.Conn {
	t.Helper()
	conn, err := d.Dial(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() }) // the test may have closed it
	return conn
}

// isServed makes an exchange on a connection.
func isServed(t *testing.T, conn net.Conn) {
	t.Helper()
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	_, err := io.WriteString(conn, "ping\n")
	require.NoError(t, err)
	got := make([]byte, len("ping\n"))
	_, err = io.ReadFull(conn, got)
	require.NoError(t, err)
	require.Equal(t, "ping\n", string(got))
}

// has reports whether an event of a kind is there.
func has(d *faultdaemon.FaultDaemon, kind faultdaemon.EventKind) bool { return count(d, kind) > 0 }

// count returns how many events of a kind are kept.
func count(d *faultdaemon.FaultDaemon, kind faultdaemon.EventKind) (n int) {
	for _, ev := range d.Events() {
		if ev.Kind == kind {
			n++
		}
	}
	return n
}

// eventually waits until ok.
func eventually(t *testing.T, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, patience, time.Millisecond)
}

// allocated returns how many bytes this process has allocated so far.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// stopsQuickly holds that Stop is not held up. What it takes in fact is milliseconds.
func stopsQuickly(t *testing.T, d *faultdaemon.FaultDaemon) {
	t.Helper()
	began := time.Now()
	d.Stop()
	require.Less(t, time.Since(began), 5*time.Second)
}
