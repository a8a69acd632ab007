//go:build !linux && !darwin

package faultdaemon

import "syscall"

const (
	hasAbstractSockets = false
	probeNetwork       = "unix" // where there are no datagram sockets, a probe visits the daemon
)

// makePrivate does nothing: a socket's mode does not become its file's here,
// which gets its own right after it was made.
func makePrivate(syscall.RawConn) error { return nil }
