package faulttest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Start returns a started daemon on a Unix socket of its own, which is stopped
// and removed when the test ends. What is wrong with the config fails the test
// at once; so does, when the test ends, a panic of the config's own functions,
// which the daemon has survived.
//
// The socket's path is short: that of [testing.TB.TempDir] is longer than a
// socket's may be, as soon as the test has a name worth reading.
func Start(t testing.TB, cfg faultdaemon.Config) *faultdaemon.FaultDaemon {
	t.Helper()
	d := faultdaemon.New(SocketPath(t), cfg)
	if err := d.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Stop()
		reportPanics(t, d)
	})
	return d
}

// SocketPath returns a fresh path for a Unix socket, in a directory that is
// removed when the test ends.
func SocketPath(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return filepath.Join(dir, "s")
}

// reportPanics fails the test for a panic that is not what a fault consists of.
func reportPanics(t testing.TB, d *faultdaemon.FaultDaemon) {
	t.Helper()
	for _, ev := range d.Events() {
		injected := strings.HasPrefix(ev.Detail, "injected by "+string(ev.Fault)+"\n") // faultdaemon.Panic
		if ev.Kind == faultdaemon.EventPanic && !injected {
			t.Errorf("faultdaemon: %s\n%s", ev, ev.Detail)
		}
	}
}
