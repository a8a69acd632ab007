//go:build !386

package faultdaemon

import (
	"syscall"
	"unsafe"
)

// peek is one look at what a read would return, without waiting; the scheduler
// therefore need not know of it.
func peek(fd uintptr, p []byte) (int, error) {
	for {
		n, _, err := syscall.RawSyscall6(syscall.SYS_RECVFROM, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)),
			syscall.MSG_PEEK|syscall.MSG_DONTWAIT, 0, 0)
		switch err {
		case 0:
			return int(n), nil
		case syscall.EINTR:
			continue
		}
		return 0, err
	}
}
