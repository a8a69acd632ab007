package listen_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// Of processes that launch the same daemon at once one succeeds.
func TestLauncher(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l")
	d := faultdaemon.New("", faultdaemon.Config{Catalogues: []*faultdaemon.Catalogue{listen.Faults}, Fault: listen.FaultSocketAbsent})
	require.NoError(t, d.Start())
	defer d.Stop()
	l, err := listen.NewLauncher(path, d)
	require.NoError(t, err)
	var launches sync.WaitGroup
	var succeeded, failed atomic.Int32
	for range 8 {
		launches.Go(func() {
			if err := listen.Launch(path); err == nil {
				succeeded.Add(1)
			} else if err.Error() == "faultdaemon: launch: the address is in use: a daemon is alive, at a live daemon's socket" {
				failed.Add(1)
			}
		})
	}
	launches.Wait()
	require.EqualValues(t, 1, succeeded.Load())
	require.EqualValues(t, 7, failed.Load())
	require.NoError(t, l.Close())
	require.ErrorContains(t, listen.Launch(path), "listen: launch: dial unix")
}
