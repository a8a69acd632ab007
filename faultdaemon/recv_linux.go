package faultdaemon

import "syscall"

// peek is one look at what a read would return, without waiting.
func peek(fd uintptr, p []byte) (int, error) {
	for {
		n, _, err := syscall.Recvfrom(int(fd), p, syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		if err != syscall.EINTR {
			return max(n, 0), err // n is -1 with an error
		}
	}
}
