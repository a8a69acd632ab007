//go:build unix

package faultdaemon_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// What is at a path is not the daemon's: Start says what it is, and leaves it
// alone.
func TestStartLeavesAloneWhatIsNotItsOwn(t *testing.T) {
	for name, test := range map[string]struct {
		make func(t *testing.T, path string)
		want string
	}{
		"a regular file": {
			func(t *testing.T, path string) { require.NoError(t, os.WriteFile(path, []byte("precious"), 0o640)) },
			`socket path %q is a regular file, no socket: remove it or choose another path`,
		},
		"a directory": {
			func(t *testing.T, path string) { require.NoError(t, os.Mkdir(path, 0o755)) },
			`socket path %q is a directory: name a file in it`,
		},
		"a symbolic link to a file": {
			func(t *testing.T, path string) {
				require.NoError(t, os.WriteFile(path+".target", []byte("precious"), 0o640))
				require.NoError(t, os.Symlink(path+".target", path))
			},
			`socket path %q is a symbolic link, no socket: remove it or choose another path`,
		},
		"a symbolic link to nothing": {
			func(t *testing.T, path string) { require.NoError(t, os.Symlink(path+".target", path)) },
			`socket path %q is a symbolic link, no socket: remove it or choose another path`,
		},
		"a symbolic link to a stale socket": {
			func(t *testing.T, path string) {
				leaveStaleSocket(t, path+".target")
				require.NoError(t, os.Symlink(path+".target", path))
			},
			`socket path %q is a symbolic link, no socket: remove it or choose another path`,
		},
		"a named pipe": {
			func(t *testing.T, path string) { require.NoError(t, syscall.Mkfifo(path, 0o600)) },
			`socket path %q is a named pipe, no socket: remove it or choose another path`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := faulttest.TempSocket(t)
			test.make(t, path)
			before := tree(t, filepath.Dir(path))
			d := faultdaemon.New(path, faultdaemon.Config{})
			require.EqualError(t, d.Start(), "faultdaemon: start: "+fmt.Sprintf(test.want, path))
			require.Equal(t, before, tree(t, filepath.Dir(path)))
			require.Nil(t, d.Addr())
			d.Stop()
			require.Equal(t, before, tree(t, filepath.Dir(path)), "after Stop")
		})
	}
}

// The live daemon does not notice: nobody visits it.
func TestStartLeavesALiveDaemonAlone(t *testing.T) {
	live := start(t, "unix", faultdaemon.Config{})
	path := live.SocketPath()
	before := tree(t, filepath.Dir(path))
	d := faultdaemon.New(path, faultdaemon.Config{})
	for range 3 {
		require.EqualError(t, d.Start(),
			fmt.Sprintf("faultdaemon: start: socket path %q belongs to a live daemon: stop it or choose another path", path))
	}
	d.Stop()
	require.Equal(t, before, tree(t, filepath.Dir(path)))
	live.client().exchange("ping\n", "ping\n")
	require.EqualValues(t, 1, live.ConnectionCount(), "the ping's connection alone")
	require.Equal(t, []faultdaemon.EventKind{faultdaemon.EventStarted}, live.kinds(0), "and nothing else that the daemon noticed")
}

// A daemon need not be one of ours, nor a stream socket.
func TestStartLeavesForeignDaemonsAlone(t *testing.T) {
	for _, network := range []string{"unix", "unixpacket", "unixgram"} {
		t.Run(network, func(t *testing.T) {
			if network == "unixpacket" && runtime.GOOS == "darwin" {
				t.Skip("macOS has no unixpacket")
			}
			path := faulttest.TempSocket(t)
			if network == "unixgram" {
				c, err := net.ListenUnixgram(network, &net.UnixAddr{Name: path, Net: network})
				require.NoError(t, err)
				t.Cleanup(func() { _ = c.Close() })
			} else {
				l, err := net.Listen(network, path)
				require.NoError(t, err)
				t.Cleanup(func() { _ = l.Close() })
			}
			before := tree(t, filepath.Dir(path))
			require.ErrorContains(t, faultdaemon.New(path, faultdaemon.Config{}).Start(), "belongs to a live daemon")
			require.Equal(t, before, tree(t, filepath.Dir(path)))
		})
	}
}

func TestPathOverTheLimit(t *testing.T) {
	dir := filepath.Dir(faulttest.TempSocket(t))
	limit := len(syscall.RawSockaddrUnix{}.Path) - 1
	fits := filepath.Join(dir, strings.Repeat("d", limit-len(dir)-4), "s") // ".../ddd/s"
	fits += strings.Repeat("s", limit-len(fits))
	require.Len(t, fits, limit)

	before := tree(t, dir)
	err := faultdaemon.New(fits+"s", faultdaemon.Config{}).Start()
	require.EqualError(t, err, fmt.Sprintf(
		"faultdaemon: start: socket path %q has %d bytes, 1 more than the %d that fit here: use a shorter directory",
		fits+"s", limit+1, limit))
	require.Equal(t, before, tree(t, dir))

	d := faultdaemon.New(fits, faultdaemon.Config{})
	require.NoError(t, d.Start())
	d.Stop()
}

// A directory that cannot be made: what Start had made of it goes again.
func TestDirectoryThatCannotBeMade(t *testing.T) {
	base := filepath.Dir(faulttest.TempSocket(t))
	require.NoError(t, os.WriteFile(filepath.Join(base, "file"), []byte("precious"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join(base, "loop"), filepath.Join(base, "loop")))
	require.NoError(t, os.Symlink(filepath.Join(base, "nowhere"), filepath.Join(base, "dangling")))
	for name, path := range map[string]string{
		"below a file":            filepath.Join(base, "file", "s"),
		"far below a file":        filepath.Join(base, "file", "a", "b", "s"),
		"a name that cannot be":   filepath.Join(base, "new", "also-new", "\x00", "s"),
		"a socket that cannot be": filepath.Join(base, "new", "also-new", "\x00"),
		"below a loop of links":   filepath.Join(base, "loop", "a", "s"),
		"below a link to nowhere": filepath.Join(base, "dangling", "a", "s"),
		"a link to nowhere":       filepath.Join(base, "dangling", "s"),
	} {
		t.Run(name, func(t *testing.T) {
			before := tree(t, base)
			d := faultdaemon.New(path, faultdaemon.Config{})
			err := d.Start()
			require.ErrorContains(t, err, "faultdaemon: start: ")
			require.Equal(t, before, tree(t, base))
			d.Stop()
			require.Equal(t, before, tree(t, base))
		})
	}
}
