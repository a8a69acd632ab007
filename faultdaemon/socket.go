package faultdaemon

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
)

// maxSocketPath is how many bytes a Unix socket's path may have here: 107 on
// Linux and Windows, 103 on macOS.
var maxSocketPath = len(syscall.RawSockaddrUnix{}.Path) - 1

// socketListener is a listener on a socket file that it made.
type socketListener struct {
	*net.UnixListener
	path string
	made fs.FileInfo // nil for a name that is no file

	once    sync.Once
	err     error
	removed string // what a client had made of the file when Close looked; "" where it was untouched
}

// ListenUnix returns a listener on the Unix socket at path, made with the care
// of [FaultDaemon.Start]: only the user's (0600), in the place of nothing but a
// socket that nobody listens on. Its Close removes the socket file if it is
// still the one that ListenUnix made. It is for [FaultDaemon.Serve], where a
// daemon has several sockets. With an error nothing has changed on disk.
func ListenUnix(path string) (net.Listener, error) {
	if path == "" {
		return nil, errors.New("faultdaemon: listen: the socket path is empty: name a file")
	}
	l, err := listenUnix(path)
	if err != nil {
		return nil, fmt.Errorf("faultdaemon: listen: %w", err)
	}
	return l, nil
}

// listenUnix listens on the Unix socket at path. Where it fails, nothing has
// changed on disk. Only when a socket cannot be made there does it look why, and
// makes it possible where it may.
func listenUnix(path string) (*socketListener, error) {
	if l, err := bind(path); err == nil {
		return l, nil
	}
	made, err := makeFree(path)
	if err != nil {
		return nil, err
	}
	l, err := bind(path)
	if err != nil {
		removeDirectories(made)
		return nil, err
	}
	return l, nil
}

// makeFree makes sure that a socket can be made at path: it removes a stale one, and
// makes and returns the directories that are missing. Where it fails, nothing has
// changed on disk.
func makeFree(path string) (made []string, err error) {
	if len(path) > maxSocketPath {
		return nil, fmt.Errorf("socket path %q has %d bytes, %d more than the %d that fit here: use a shorter directory",
			path, len(path), len(path)-maxSocketPath, maxSocketPath)
	}
	if abstract(path) {
		return nil, nil
	}
	stale, err := inspect(path)
	if err != nil {
		return nil, err
	}
	made, err = makeDirectory(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	if stale != nil && sameFile(path, stale) {
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("replace the stale socket: %w", err)
		}
	}
	return made, nil
}

// inspect looks at what is at path. It returns a stale socket's identity, nil
// when there is nothing, and an error when it is not ours to replace.
func inspect(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("look at the socket path: %w", err)
	case info.IsDir():
		return nil, fmt.Errorf("socket path %q is a directory: name a file in it", path)
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("socket path %q is a %s, no socket: remove it or choose another path", path, fileKind(info))
	}
	live, err := isLive(path)
	if err != nil {
		return nil, fmt.Errorf("cannot tell whether a daemon listens on %q: %w", path, err)
	}
	if live {
		return nil, fmt.Errorf("socket path %q belongs to a live daemon: stop it or choose another path", path)
	}
	return info, nil
}

func fileKind(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return "regular file"
	case mode&fs.ModeSymlink != 0:
		return "symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "named pipe"
	}
	return "device"
}

// isLive reports whether a process has the socket open, without visiting it: a
// datagram socket cannot connect to a stream socket, and is told so only when
// there is one.
func isLive(path string) (bool, error) {
	c, err := net.Dial(probeNetwork, path)
	switch {
	case err == nil:
		return true, c.Close()
	case errors.Is(err, syscall.EPROTOTYPE):
		return true, nil
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return false, nil
	}
	return false, err
}

// bind makes the socket file, for the user alone from its first moment, and
// listens on it.
func bind(path string) (*socketListener, error) {
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error { return makePrivate(c) }}
	l, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	u := l.(*net.UnixListener)
	u.SetUnlinkOnClose(false) // Close looks first whose it is
	s := &socketListener{UnixListener: u, path: path}
	if abstract(path) {
		return s, nil
	}
	s.made, err = os.Lstat(path)
	if err == nil && s.made.Mode().Perm() != 0o600 {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close stops listening and removes the socket file, unless another daemon's
// has taken its place.
func (l *socketListener) Close() error {
	l.once.Do(func() {
		l.removed = (&remains{l.path, aLiveSocket, l.made}).removal()
		mine := l.made != nil && l.removed == ""
		l.err = l.UnixListener.Close()
		if mine {
			l.err = errors.Join(l.err, os.Remove(l.path))
		}
	})
	return l.err
}

// disown makes Close do nothing any more: the file and the listening are somebody
// else's to end. It is false where Close has begun before.
func (l *socketListener) disown() (first bool) {
	l.once.Do(func() { first = true })
	return first
}

// closeKeeping stops listening and leaves the socket file, which nobody listens on
// then.
func (l *socketListener) closeKeeping() error {
	l.once.Do(func() { l.err = l.UnixListener.Close() })
	return l.err
}

// move moves the socket file, in the place of what is there. It is for a listener that
// nobody else has yet.
func (l *socketListener) move(path string) error {
	err := os.Rename(l.path, path)
	if err == nil {
		l.path = path
	}
	return err
}

// sameFile reports whether path still names the file that info is of.
func sameFile(path string, info fs.FileInfo) bool {
	now, err := os.Lstat(path)
	return err == nil && os.SameFile(now, info)
}

// abstract reports whether a path names a socket without a file (Linux,
// unix(7)).
func abstract(path string) bool { return hasAbstractSockets && strings.HasPrefix(path, "@") }
