//go:build !linux && !darwin

package faultdaemon

import "syscall"

const (
	hasAbstractSockets = false
	probeNetwork       = "unix" // where there are no datagram sockets, a probe visits the daemon
)

// makePrivate does nothing: here the file's mode is set right after it was
// made.
func makePrivate(syscall.RawConn) error { return nil }
