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
)

// Ten thousand connections that say nothing cost some kilobytes each, and hold
// nobody up.
func TestTenThousandSilentConnections(t *testing.T) {
	const connections = 10_000
	d := faultdaemon.New("", faultdaemon.Config{})
	require.NoError(t, d.Start())
	defer d.Stop()
	goroutines, before := runtime.NumGoroutine(), allocated()
	conns := make([]net.Conn, connections)
	for i := range conns {
		conn, err := d.Dial(context.Background())
		require.NoError(t, err)
		conns[i] = conn
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	require.NoError(t, d.WaitForConnections(ctx, connections))
	require.Less(t, (allocated()-before)/connections, uint64(8<<10), "bytes for a connection, both ends")
	require.LessOrEqual(t, runtime.NumGoroutine()-goroutines, connections)
	isServed(t, dial(t, d))
	stopsQuickly(t, d)
	for _, conn := range conns {
		_, err := conn.Read(make([]byte, 1))
		require.Equal(t, io.EOF, err)
	}
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= goroutines }, patience, time.Millisecond)
}
