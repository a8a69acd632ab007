package stdio

import (
	"os"
	"syscall"
	"unsafe"
)

// pollFD is struct pollfd of poll(2). No events are asked for, and which has come
// makes no difference: a closed end is told in any case.
type pollFD struct {
	fd int32
	_  [2]int16 // events, revents
}

// awaitReaderGone returns true when the other end of a pipe or a socket that this
// process writes to is closed, or that of stop is. It returns false at once where
// the file is neither pipe nor socket.
//
// While it waits the kernel holds the file open: who closes it ends this first.
func awaitReaderGone(f, stop *os.File) bool {
	if info, err := f.Stat(); err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return false
	}
	fds := [2]pollFD{{fd: int32(f.Fd())}, {fd: int32(stop.Fd())}}
	for {
		_, _, err := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&fds)), uintptr(len(fds)), 0, 0, 0, 0)
		if err != syscall.EINTR {
			return err == 0
		}
	}
}
