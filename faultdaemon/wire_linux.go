package faultdaemon

import (
	"errors"
	"io"
	"net"
	"slices"
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

// closed reports whether the client has closed its end. The runtime wakes who waits
// for that whenever anything happens on the socket: every look is one system call.
func closed(fd uintptr) bool { return poll(fd, pollHup)&(pollErr|pollHup) != 0 }

// endedOrClosed reports whether the client has closed its end, or writes no more.
func endedOrClosed(fd uintptr) bool { return poll(fd, pollRdHup)&(pollRdHup|pollErr|pollHup) != 0 }

// waitBytes returns when n bytes are unread, io.EOF when there are fewer and no
// more will come. n is 1 or 2.
func (s socket) waitBytes(n int) error {
	var result error
	err := s.raw.Read(func(fd uintptr) bool {
		ended := ended(fd)
		var p [2]byte
		got, err := peek(fd, p[:n])
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

// drain reads what is unread, without waiting for more. As a rule that is little: the
// buffer grows with it, and is on the stack until then.
func drain(fd uintptr) {
	for p := make([]byte, 64); ; {
		n, err := read(fd, p)
		if err != nil || n == 0 {
			return
		}
		if n == len(p) {
			p = slices.Grow(p, n)[:2*n]
		}
	}
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
	_ = w.raw.Control(drain)
	return errors.Join(err, w.Close())
}

// CloseRead does nothing: a shut read side is nothing that TCP tells its peer,
// and it would hide the peer's FIN from WaitGone.
func (w *tcpWire) CloseRead() error { return nil }

// Reset sends RST, because nothing may linger.
func (w *tcpWire) Reset() error {
	return errors.Join(w.SetLinger(0), w.Close())
}

func (w *tcpWire) WaitByte() error { return w.waitBytes(1) }

// WaitGone takes the client's FIN for its end: on TCP, a client that closes
// and one that shuts its write side look the same.
func (w *tcpWire) WaitGone() error { return w.raw.Read(endedOrClosed) }
