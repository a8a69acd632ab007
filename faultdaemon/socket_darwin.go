package faultdaemon

import (
	"os"
	"syscall"
)

const (
	hasAbstractSockets = false
	probeNetwork       = "unixgram"
)

// makePrivate does nothing: a socket's mode does not become its file's here.
func makePrivate(syscall.RawConn) error { return nil }

// protect makes the socket's file the user's alone, right after it was made.
func protect(path string) error { return os.Chmod(path, 0o600) }
