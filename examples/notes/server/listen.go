package server

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
)

// Listen listens on a Unix socket, to which only this user may connect once
// Listen has returned. A socket that a daemon has left behind is replaced; one
// on which a daemon listens, and whatever else is at the path, is an error.
func Listen(path string) (net.Listener, error) {
	l, err := net.Listen("unix", path)
	if errors.Is(err, syscall.EADDRINUSE) {
		if err := removeStale(path); err != nil {
			return nil, err
		}
		l, err = net.Listen("unix", path)
	}
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// removeStale removes a socket on which nobody listens.
func removeStale(path string) error {
	conn, err := net.Dial("unix", path)
	if err == nil {
		return errors.Join(fmt.Errorf("a daemon listens on %s already", path), conn.Close())
	}
	info, statErr := os.Lstat(path)
	switch {
	case statErr != nil:
		return statErr
	case info.Mode().Type() != os.ModeSocket:
		return fmt.Errorf("%s is no socket", path)
	case !errors.Is(err, syscall.ECONNREFUSED):
		return err
	}
	return os.Remove(path)
}
