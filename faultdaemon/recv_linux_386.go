package faultdaemon

import "syscall"

// peek is one look at what a read would return, without waiting. Linux has no
// recvfrom of its own here.
func peek(fd uintptr, p []byte) (int, error) {
	for {
		n, _, err := syscall.Recvfrom(int(fd), p, syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		if err != syscall.EINTR {
			return max(n, 0), err
		}
	}
}
