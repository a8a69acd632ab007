package faultdaemon

import (
	"errors"
	"io"
	"net"
	"syscall"
	"unsafe"
)

// unixWire is a wire on a Unix stream socket. The kernel resets such a
// connection exactly when it is closed with unread bytes. While a fault is in
// force that may reset, what is read is therefore only looked at and stays in
// the kernel until the next read: an exchange then costs one system call more.
type unixWire struct {
	*net.UnixConn
	socket
	hold func() bool
	held int // bytes given out that are still in the kernel

	received // beside bytes

	// One read: the attempt is made again until the socket is readable.
	attempt func(fd uintptr) bool
	into    []byte
	n       int
	err     error
}

// A look at the kernel's buffer is at most maxLook bytes long. Of one that is
// longer than maxHeld only the last byte stays, so that the client has room to
// write on.
const (
	maxLook = 64 << 10
	maxHeld = 4 << 10
)

// Read decides only when there is something to read whether it leaves that in
// the kernel, so that a fault set before the client writes is never too late.
func (w *unixWire) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	w.into, w.n, w.err = p, 0, nil
	err := w.raw.Read(w.attempt)
	w.into = nil
	if err != nil {
		return 0, err
	}
	if w.err == nil && w.n == 0 {
		return 0, io.EOF
	}
	return w.n, w.err
}

func (w *unixWire) tryRead(fd uintptr) bool {
	w.release(fd, w.into, 0)
	hold := w.hold()
	n, err := w.take(fd, hold)
	if err == syscall.EAGAIN {
		return false
	}
	w.n, w.err = n, err
	if hold {
		w.held = w.n
		if w.held > maxHeld {
			w.release(fd, w.into, 1) // the same bytes once more
		}
	}
	return true
}

// take looks at what is there, or reads it.
func (w *unixWire) take(fd uintptr, hold bool) (int, error) {
	switch {
	case hold && w.control != nil:
		return w.receive(fd, w.into[:min(len(w.into), maxLook)], syscall.MSG_PEEK)
	case hold:
		return peek(fd, w.into[:min(len(w.into), maxLook)])
	case w.control != nil:
		return w.receive(fd, w.into, 0)
	}
	return read(fd, w.into)
}

// release takes what was given out from the kernel, all but the last keep
// bytes. It overwrites scratch.
func (w *unixWire) release(fd uintptr, scratch []byte, keep int) {
	for w.held > keep {
		n, err := read(fd, scratch[:min(len(scratch), w.held-keep)])
		if err != nil || n == 0 {
			return
		}
		w.held -= n
	}
}

// read is one read of a socket that does not block; the scheduler therefore
// need not know of it.
func read(fd uintptr, p []byte) (int, error) {
	for {
		n, _, err := syscall.RawSyscall(syscall.SYS_READ, fd, uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)))
		switch err {
		case 0:
			return int(n), nil
		case syscall.EINTR:
			continue
		}
		return 0, err
	}
}

// Finish shuts both directions, so that nothing can arrive after the drain.
func (w *unixWire) Finish() error {
	err := w.raw.Control(func(fd uintptr) {
		_ = syscall.Shutdown(int(fd), syscall.SHUT_RDWR)
		drain(fd)
	})
	return errors.Join(err, w.Close())
}

// Reset closes with a byte unread, if need be the client's next one.
func (w *unixWire) Reset() error {
	err := w.waitBytes(1)
	return errors.Join(err, w.Close())
}

// WaitByte leaves one byte that was given out in the kernel, for a reset: a
// client whose buffer is full of the others could not write.
func (w *unixWire) WaitByte() error {
	if w.held > 1 {
		var scratch [512]byte
		if err := w.raw.Control(func(fd uintptr) { w.release(fd, scratch[:], 1) }); err != nil {
			return err
		}
	}
	return w.waitBytes(1 + w.held)
}

// WaitGone looks for the client's close. A client that only shut its write
// side may still be reading.
func (w *unixWire) WaitGone() error { return w.raw.Read(closed) }
