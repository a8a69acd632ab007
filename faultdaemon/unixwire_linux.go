package faultdaemon

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// unixWire is a wire on a Unix stream socket. The kernel resets such a
// connection exactly when it is closed with unread bytes. While a fault is in
// force that may reset, the last byte of whatever is read is therefore left in
// the kernel, and taken out with the next read.
type unixWire struct {
	*net.UnixConn
	socket
	hold func() bool
	held int // bytes given out that are still in the kernel: 0 or 1

	// One read: the attempt is made again until the socket is readable.
	attempt func(fd uintptr) bool
	into    []byte
	n       int
	err     error
	scratch []byte
}

// Read decides only when there is something to read whether it holds the last
// byte back, so that a fault set before the client writes is never too late.
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
	if w.held > 0 || w.hold() {
		return w.tryHold(fd)
	}
	for {
		n, err := syscall.Read(int(fd), w.into)
		switch err {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			return false
		}
		w.n, w.err = max(n, 0), err
		return true
	}
}

// tryHold gives out what is new in the kernel's buffer, and takes all of it
// out but one byte; that one too, when no fault asks for it any more.
func (w *unixWire) tryHold(fd uintptr) bool {
	want := min(len(w.into), 64<<10) + w.held
	if cap(w.scratch) < want {
		w.scratch = make([]byte, want)
	}
	ended := ended(fd)
	p := w.scratch[:want]
	n, err := w.peek(fd, p)
	switch {
	case err == syscall.EAGAIN:
		return false
	case err != nil:
		w.err = err
		return true
	case n <= w.held:
		if n > 0 && !ended {
			return false // only the held byte, and the client may write more
		}
		return true // the end; the held byte stays for a reset
	}
	w.n = copy(w.into, p[w.held:n])
	keep := 0
	if w.hold() {
		keep = 1
	}
	w.take(fd, p[:n-keep])
	w.held = keep
	return true
}

// take reads len(p) bytes that are known to be there.
func (w *unixWire) take(fd uintptr, p []byte) {
	for len(p) > 0 {
		n, err := syscall.Read(int(fd), p)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return
		}
		p = p[n:]
	}
}

// Finish shuts both directions, so that nothing can arrive after the drain.
func (w *unixWire) Finish() error {
	err := w.raw.Control(func(fd uintptr) { _ = syscall.Shutdown(int(fd), syscall.SHUT_RDWR) })
	w.drain()
	return errors.Join(err, w.Close())
}

// Reset closes with a byte unread, if need be the client's next one.
func (w *unixWire) Reset() error {
	err := w.waitBytes(1)
	return errors.Join(err, w.Close())
}

func (w *unixWire) WaitByte() error { return w.waitBytes(1 + w.held) }

// WaitGone looks for the client's close. A client that only shut its write
// side may still be reading.
func (w *unixWire) WaitGone() error { return w.waitGone(pollHup) }
