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

// awaitReaderGone returns when the other end of a pipe or a socket that this
// process writes to is closed. It is false, at once, where the file is neither.
func awaitReaderGone(f *os.File) bool {
	if info, err := f.Stat(); err != nil || info.Mode()&(os.ModeNamedPipe|os.ModeSocket) == 0 {
		return false
	}
	p := struct {
		fd              int32
		events, revents int16
	}{fd: int32(f.Fd())}
	for {
		n, _, err := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1, 0, 0, 0, 0)
		switch {
		case err == syscall.EINTR:
		case err != 0 || n == 0:
			return false
		default:
			return p.revents&(pollErr|pollHup) != 0
		}
	}
}
