package memnet_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEndsInTheKernel shows that what is asked of memory is what Linux does.
func TestEndsInTheKernel(t *testing.T) {
	dir, err := os.MkdirTemp("", "memnet") // t.TempDir can be too long for a socket
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })

	testEnds(t, func(t *testing.T) (a, b halfCloser) {
		client, err := net.Dial("unix", l.Addr().String())
		require.NoError(t, err)
		server, err := l.Accept()
		require.NoError(t, err)
		t.Cleanup(func() { client.Close(); server.Close() })
		return server.(*net.UnixConn), client.(*net.UnixConn)
	})
}
