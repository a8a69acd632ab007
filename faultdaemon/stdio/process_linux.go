package stdio

import (
	"os"
	"syscall"
	"unsafe"
)

const (
	pollErr = 0x8
	pollHup = 0x10
)

// pollFD is struct pollfd of poll(2).
type pollFD struct {
	fd              int32
	events, revents int16
}

// awaitReaderGone returns true when the other end of a pipe or a socket that this
// process writes to is closed. It returns false when the other end of stop is, and
// at once where the file is neither pipe nor socket.
//
// While it waits the kernel holds the file open: who closes it ends this first.
func awaitReaderGone(f, stop *os.File) bool {
	if info, err := f.Stat(); err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return false
	}
	fds := [2]pollFD{{fd: int32(f.Fd())}, {fd: int32(stop.Fd())}}
	for {
		_, _, err := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&fds)), uintptr(len(fds)), 0, 0, 0, 0)
		switch {
		case err == syscall.EINTR:
		case err != 0:
			return false
		default:
			return fds[0].revents&(pollErr|pollHup) != 0
		}
	}
}
