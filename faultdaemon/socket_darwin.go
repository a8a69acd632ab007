package faultdaemon

import "syscall"

const (
	hasAbstractSockets = false
	probeNetwork       = "unixgram"
)

// makePrivate does nothing: a socket's mode does not become its file's here,
// which gets its own right after it was made.
func makePrivate(syscall.RawConn) error { return nil }
