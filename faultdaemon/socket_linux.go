package faultdaemon

import "syscall"

const (
	hasAbstractSockets = true
	probeNetwork       = "unixgram"
)

// makePrivate sets the mode that the socket's file will be made with, less
// what the umask takes.
func makePrivate(c syscall.RawConn) error {
	var err error
	if cerr := c.Control(func(fd uintptr) { err = syscall.Fchmod(int(fd), 0o600) }); cerr != nil {
		return cerr
	}
	return err
}
