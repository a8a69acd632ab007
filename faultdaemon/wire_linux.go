package faultdaemon

import (
	"errors"
	"io"
	"net"
	"syscall"
	"unsafe"
)

// newSocketWire returns c as a wire that looks into the kernel's buffers, nil
// when c is neither a Unix nor a TCP socket.
func newSocketWire(c net.Conn, hold func() bool) wire {
	switch c := c.(type) {
	case *net.UnixConn:
		if raw, err := c.SyscallConn(); err == nil {
			w := &unixWire{UnixConn: c, socket: socket{raw}, hold: hold}
			w.attempt = w.tryRead
			return w
		}
	case *net.TCPConn:
		if raw, err := c.SyscallConn(); err == nil {
			return &tcpWire{TCPConn: c, socket: socket{raw}}
		}
	}
	return nil
}

// socket is what Unix and TCP wires share. Its waits go through the runtime's
// poller, so that a deadline and Close end them.
type socket struct{ raw syscall.RawConn }

const (
	pollErr   = 0x8
	pollHup   = 0x10
	pollRdHup = 0x2000
)

// poll returns which of events are true of fd now; errors and hang-ups always
// count as events.
func poll(fd uintptr, events int16) int16 {
	p := struct {
		fd              int32
		events, revents int16
	}{fd: int32(fd), events: events}
	var now syscall.Timespec
	syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&p)), 1, uintptr(unsafe.Pointer(&now)), 0, 0, 0)
	return p.revents
}

// ended reports whether the client writes no more. It is asked before a look
// at the buffer: what the client wrote last may arrive between the two.
func ended(fd uintptr) bool { return poll(fd, pollRdHup)&pollRdHup != 0 }

// waitGone returns when one of events is true of the socket. The runtime wakes
// it whenever anything happens on the socket: every look is one system call.
func (s socket) waitGone(events int16) error {
	return s.raw.Read(func(fd uintptr) bool { return poll(fd, events)&(events|pollErr|pollHup) != 0 })
}

// peek returns how many bytes a read into p would return, at most len(p).
func (s socket) peek(fd uintptr, p []byte) (int, error) {
	for {
		n, _, err := syscall.Recvfrom(int(fd), p, syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		if err != syscall.EINTR {
			return n, err
		}
	}
}

// waitBytes returns when n bytes are unread, io.EOF when there are fewer and no
// more will come. n is 1 or 2.
func (s socket) waitBytes(n int) error {
	var result error
	err := s.raw.Read(func(fd uintptr) bool {
		ended := ended(fd)
		var p [2]byte
		got, err := s.peek(fd, p[:n])
		switch {
		case err == nil && got == n:
			return true
		case err == nil && (got == 0 || ended):
			result = io.EOF
			return true
		case err == nil || err == syscall.EAGAIN:
			return false
		}
		result = err
		return true
	})
	return errors.Join(err, result)
}

// drain reads what is unread, without waiting for more.
func (s socket) drain() {
	var scratch [4 << 10]byte
	_ = s.raw.Control(func(fd uintptr) {
		for {
			n, err := syscall.Read(int(fd), scratch[:])
			if err != syscall.EINTR && n <= 0 {
				return
			}
		}
	})
}

// tcpWire is a wire on a TCP connection.
type tcpWire struct {
	*net.TCPConn
	socket
}

// Finish sends FIN, so that the client has its EOF before anything else can
// happen to the connection.
func (w *tcpWire) Finish() error {
	err := w.CloseWrite()
	w.drain()
	return errors.Join(err, w.Close())
}

// Reset sends RST, because nothing may linger.
func (w *tcpWire) Reset() error {
	return errors.Join(w.SetLinger(0), w.Close())
}

func (w *tcpWire) WaitByte() error { return w.waitBytes(1) }

// WaitGone takes the client's FIN for its end: on TCP, a client that closes
// and one that shuts its write side look the same.
func (w *tcpWire) WaitGone() error { return w.waitGone(pollRdHup) }

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
