//go:build unix

package faultdaemon_test

import (
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// leaveStaleSocket makes a socket that nobody listens on.
func leaveStaleSocket(t *testing.T, path string) {
	t.Helper()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	l.SetUnlinkOnClose(false)
	require.NoError(t, l.Close())
}

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	require.NoError(t, err)
	return info.Mode()
}

func TestStaleSocketIsReplaced(t *testing.T) {
	path := faulttest.TempSocket(t)
	leaveStaleSocket(t, path)
	d := faultdaemon.New(path, faultdaemon.Config{})
	require.NoError(t, d.Start())
	conn, err := net.Dial("unix", path)
	require.NoError(t, err)
	require.NoError(t, talk(conn, "ping\n", "ping\n"))
	require.NoError(t, conn.Close())
	d.Stop()
	require.NoFileExists(t, path)
}

// Nobody else may connect, however permissive the umask is.
func TestSocketIsPrivate(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	h := start(t, "unix", faultdaemon.Config{})
	require.Equal(t, fs.ModeSocket|0o600, modeOf(t, h.SocketPath()))
}

// Even a umask that takes everything away leaves the user a socket to use.
func TestSocketIsTheUsersUnderAnyUmask(t *testing.T) {
	path := faulttest.TempSocket(t)
	defer syscall.Umask(syscall.Umask(0o777))
	d := faultdaemon.New(path, faultdaemon.Config{})
	require.NoError(t, d.Start())
	defer d.Stop()
	require.Equal(t, fs.ModeSocket|0o600, modeOf(t, path))
}

func TestMissingDirectoriesAreMade(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0))
	base := filepath.Dir(faulttest.TempSocket(t))
	path := filepath.Join(base, "a", "b", "s")
	d := faultdaemon.New(path, faultdaemon.Config{})
	require.NoError(t, d.Start())
	require.Equal(t, fs.ModeDir|0o700, modeOf(t, filepath.Join(base, "a")))
	require.Equal(t, fs.ModeDir|0o700, modeOf(t, filepath.Join(base, "a", "b")))
	d.Stop()
	require.NoFileExists(t, path)
	require.DirExists(t, filepath.Dir(path))
}

func TestDirectoryThatIsThereKeepsItsMode(t *testing.T) {
	base := filepath.Dir(faulttest.TempSocket(t))
	require.NoError(t, os.Chmod(base, 0o755))
	d := faultdaemon.New(filepath.Join(base, "s"), faultdaemon.Config{})
	require.NoError(t, d.Start())
	d.Stop()
	require.Equal(t, fs.ModeDir|0o755, modeOf(t, base))
}

// Somebody removed the socket, and a newer daemon has its own there.
func TestStopLeavesANewerDaemonsSocket(t *testing.T) {
	older := start(t, "unix", faultdaemon.Config{})
	path := older.SocketPath()
	require.NoError(t, os.Remove(path))
	newer := faultdaemon.New(path, faultdaemon.Config{ResponseHandler: returns("newer\n")})
	require.NoError(t, newer.Start())
	defer newer.Stop()
	before := tree(t, filepath.Dir(path))
	older.Stop()
	require.Equal(t, before, tree(t, filepath.Dir(path)))
	conn, err := net.Dial("unix", path)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, talk(conn, "ping\n", "newer\n"))
}

func TestStopLeavesWhatTookTheSocketsPlace(t *testing.T) {
	h := start(t, "unix", faultdaemon.Config{})
	require.NoError(t, os.Remove(h.SocketPath()))
	require.NoError(t, os.WriteFile(h.SocketPath(), []byte("precious"), 0o600))
	before := tree(t, filepath.Dir(h.SocketPath()))
	h.Stop()
	require.Equal(t, before, tree(t, filepath.Dir(h.SocketPath())))
}

func TestStopOfADaemonWhoseSocketIsGone(t *testing.T) {
	h := start(t, "unix", faultdaemon.Config{})
	require.NoError(t, os.RemoveAll(filepath.Dir(h.SocketPath())))
	h.Stop()
	require.NoFileExists(t, h.SocketPath())
	require.NoError(t, h.Start(), "and it can start again")
}

// A relative path, and Linux's sockets without a file.
func TestOtherPaths(t *testing.T) {
	t.Chdir(filepath.Dir(faulttest.TempSocket(t)))
	paths := []string{"s", "./here/s"}
	if runtime.GOOS == "linux" {
		paths = append(paths, "@faultdaemon-test-"+strconv.Itoa(os.Getpid()))
	}
	for _, path := range paths {
		t.Run(path, func(t *testing.T) {
			d := faultdaemon.New(path, faultdaemon.Config{})
			require.NoError(t, d.Start())
			require.Equal(t, path, d.SocketPath())
			require.Equal(t, path, d.Addr().String())
			conn, err := d.Dial(t.Context())
			require.NoError(t, err)
			require.NoError(t, talk(conn, "ping\n", "ping\n"))
			require.NoError(t, conn.Close())
			require.Error(t, faultdaemon.New(path, faultdaemon.Config{}).Start(), "in use")
			d.Stop()
			require.NoFileExists(t, path)
		})
	}
}

// A daemon's further sockets are made as carefully as its first.
func TestListenUnixIsAsCarefulAsStart(t *testing.T) {
	path := faulttest.TempSocket(t)
	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o644))
	_, err := faultdaemon.ListenUnix(path)
	require.ErrorContains(t, err, "is a regular file, no socket")
	require.FileExists(t, path)
	require.NoError(t, os.Remove(path))

	leaveStaleSocket(t, path)
	l, err := faultdaemon.ListenUnix(path)
	require.NoError(t, err)
	require.Equal(t, fs.ModeSocket|0o600, modeOf(t, path))
	_, err = faultdaemon.ListenUnix(path)
	require.ErrorContains(t, err, "belongs to a live daemon")

	d := faultdaemon.New("", faultdaemon.Config{})
	served := make(chan error, 1)
	go func() { served <- d.Serve(l) }()
	conn, err := net.Dial("unix", path)
	require.NoError(t, err)
	require.NoError(t, talk(conn, "ping\n", "ping\n"))
	require.NoError(t, conn.Close())
	d.Stop()
	require.NoError(t, <-served)
	require.NoFileExists(t, path)

	_, err = faultdaemon.ListenUnix("")
	require.EqualError(t, err, "faultdaemon: listen: the socket path is empty: name a file")
}
