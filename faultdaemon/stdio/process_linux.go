package stdio

import (
	"os"
	"syscall"
	"unsafe"
)

type pollfd struct {
	fd              int32
	events, revents int16
}

// awaitReaderGone returns when the other end of a pipe or a socket that this
// process writes to is closed, and when that of stop is, which may be nil. It is
// false, at once, where the file is neither a pipe nor a socket.
//
// Until it returns, the kernel keeps the file open whoever closes it.
func awaitReaderGone(f, stop *os.File) bool {
	if info, err := f.Stat(); err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return false
	}
	fds := []pollfd{{fd: int32(f.Fd())}}
	if stop != nil {
		fds = append(fds, pollfd{fd: int32(stop.Fd())})
	}
	for {
		n, _, err := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&fds[0])), uintptr(len(fds)), 0, 0, 0, 0)
		if err != syscall.EINTR {
			return err == 0 && n > 0
		}
	}
}
