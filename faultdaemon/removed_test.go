package faultdaemon_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// removals are the details of what a daemon says was removed.
func removals(d *faultdaemon.FaultDaemon) (list []string) {
	for _, ev := range d.Events() {
		if ev.Kind == faultdaemon.EventRemoved {
			list = append(list, ev.Detail)
		}
	}
	return list
}

func TestRemovedIsSaidAtStop(t *testing.T) {
	for name, tt := range map[string]struct {
		do   func(t *testing.T, path string)
		want []string
	}{
		"nothing": {func(*testing.T, string) {}, nil},
		"removed": {func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
			[]string{"a live daemon's socket; nothing is there now"}},
		"a file in its place": {func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.WriteFile(path, nil, 0o600))
		}, []string{"a live daemon's socket; a regular file is there now"}},
		"a socket in its place, maybe of the same inode": {func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			l, err := net.Listen("unix", path)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, l.Close()) })
		}, []string{"a live daemon's socket; another socket is there now"}},
		"another mode": {func(t *testing.T, path string) { require.NoError(t, os.Chmod(path, 0o666)) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir, err := os.MkdirTemp("", "fd")
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
			path := filepath.Join(dir, "s")
			d := faultdaemon.New(path, faultdaemon.Config{})
			require.NoError(t, d.Start())
			tt.do(t, path)
			d.Stop()
			require.Equal(t, tt.want, removals(d))
			if _, err := os.Lstat(path); len(tt.want) > 0 && name != "removed" {
				require.NoError(t, err, "what is another's stays")
			}
		})
	}
}
