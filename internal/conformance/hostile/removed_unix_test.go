//go:build unix

package hostile

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// Where the socket, or its directory, is removed under a daemon, open connections
// are served on, connects fail as from the system, an event says so when the daemon
// stops, and another Start makes both again.
func TestSocketRemovedUnderTheDaemon(t *testing.T) {
	for name, remove := range map[string]func(path string) error{
		"the socket":    os.Remove,
		"the directory": func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(filepath.Dir(faulttest.TempSocket(t)), "d", "s")
			d := faultdaemon.New(path, faultdaemon.Config{})
			require.NoError(t, d.Start())
			defer d.Stop()
			open := dial(t, d)
			isServed(t, open)
			require.NoError(t, remove(path))
			isServed(t, open)
			_, err := d.Dial(context.Background())
			require.ErrorIs(t, err, syscall.ENOENT)
			stopsQuickly(t, d)
			require.True(t, has(d, faultdaemon.EventRemoved))
			require.False(t, has(d, faultdaemon.EventError))
			require.NoError(t, d.Start())
			isServed(t, dial(t, d))
		})
	}
}
