package faultdaemon_test

import (
	"io"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Disconnect ends open connections with an EOF, also those that a fault holds, and
// the daemon serves on.
func TestDisconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", faultdaemon.Config{})
		d.Disconnect() // stopped: nothing
		require.NoError(t, d.Start())
		defer d.Stop()
		for _, f := range []faultdaemon.Fault{faultdaemon.FaultNone, faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultHangOnAccept} {
			d.SetFault(f)
			conn, err := d.Dial(t.Context())
			require.NoError(t, err)
			_, err = conn.Write([]byte("ping\n"))
			require.NoError(t, err)
			synctest.Wait()
			d.Disconnect()
			got, err := io.ReadAll(conn)
			require.NoError(t, err, "a clean EOF")
			if f == faultdaemon.FaultNone {
				require.Equal(t, "ping\n", string(got))
			} else {
				require.Empty(t, got)
			}
			require.NoError(t, conn.Close())
		}
		d.SetFault(faultdaemon.FaultNone)
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		defer func() { _ = conn.Close() }()
		_, err = conn.Write([]byte("pong\n"))
		require.NoError(t, err)
		var got [5]byte
		_, err = io.ReadFull(conn, got[:])
		require.NoError(t, err)
		require.Equal(t, "pong\n", string(got[:]))
	})
}
