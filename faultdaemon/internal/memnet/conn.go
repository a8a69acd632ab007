package memnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
)

// Conn is one end of a connection. It is a [net.Conn] with the ends of a Unix
// socket beside it (see [Conn.CloseWrite], [Conn.CloseRead], [Conn.Finish] and
// [Conn.Reset]) and
// two ways to wait without reading ([Conn.WaitByte] and [Conn.WaitGone]).
//
// All methods are safe for concurrent use. The bytes of two concurrent Writes
// do not interleave.
type Conn struct {
	mu   *sync.Mutex // the pair's; guards everything below, of both ends
	peer *Conn

	in     ring // written by the peer and not yet read
	reset  bool // the peer has reset the connection and no Read has said so yet
	shut   bool // this end writes no more: CloseWrite, or closed
	deaf   bool // this end takes no more: CloseRead
	closed bool // this end is closed
	piped  bool // a Write that waits for room sees the peer's CloseRead
	busy   bool // a Write has begun and not ended; the next one waits

	reading, writing side
}

// side is what the calls that block in one direction of a Conn wait for: a
// change that concerns them, or their deadline.
type side struct {
	sync.Cond
	deadline
}

var _ net.Conn = (*Conn)(nil)

func (c *Conn) join(peer *Conn, mu *sync.Mutex) {
	c.peer, c.mu = peer, mu
	c.in.limit = Buffer
	c.reading.L, c.writing.L = mu, mu
}

// Read reads up to len(p) bytes that the peer has written, and blocks while
// there are none. When all is read, a peer that reset the connection makes one
// Read fail with ECONNRESET, as on Linux; after that, and after any other end
// of the peer, Read returns io.EOF.
func (c *Conn) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ready := (*Conn).readable
	if len(p) == 0 {
		ready = always
	}
	if err := c.await(&c.reading, ready); err != nil {
		return 0, opError("read", err)
	}
	switch {
	case len(p) == 0:
		return 0, nil
	case c.in.len() > 0:
		n := c.in.read(p)
		c.peer.writing.Broadcast()
		return n, nil
	}
	err := c.inputEnd()
	c.reset = false
	return 0, opError("read", err)
}

// Write hands p to the peer, and blocks while [Buffer] bytes lie there unread,
// or [PipeBuffer] bytes after [Conn.AsPipes].
// It fails with EPIPE when the peer is closed or has shut its read side, or this
// end's write side is shut.
// With an error it returns how many bytes it had handed over by then.
func (c *Conn) Write(p []byte) (n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ready := (*Conn).mayBegin
	if len(p) == 0 {
		ready = always
	}
	if err := c.await(&c.writing, ready); err != nil {
		return 0, opError("write", err)
	}
	if c.broken() {
		return 0, opError("write", errBrokenPipe())
	}
	if len(p) == 0 {
		return 0, nil
	}
	c.busy = true
	defer c.endWrite()
	for {
		if taken := c.peer.in.write(p[n:]); taken > 0 {
			n += taken
			c.peer.reading.Broadcast()
		}
		if n == len(p) {
			return n, nil
		}
		if err := c.await(&c.writing, (*Conn).mayContinue); err != nil {
			return n, opError("write", err)
		}
		if c.broken() {
			return n, opError("write", errBrokenPipe())
		}
	}
}

// LocalAddr returns the address of every end, whose network and text are "memory".
func (c *Conn) LocalAddr() net.Addr { return address{} }

// RemoteAddr returns the address of every end, whose network and text are "memory".
func (c *Conn) RemoteAddr() net.Addr { return address{} }

// await blocks until ready, the deadline of s or the closing of this end. The
// later two go first: they are the error even when it is ready as well.
func (c *Conn) await(s *side, ready func(*Conn) bool) error {
	for {
		switch {
		case c.closed:
			return net.ErrClosed
		case s.passed():
			return os.ErrDeadlineExceeded
		case ready(c):
			return nil
		}
		s.Wait()
	}
}

func always(*Conn) bool { return true }

// readable: a Read need not wait.
func (c *Conn) readable() bool { return c.in.len() > 0 || c.inputEnd() != nil }

// inputEnd is what Read returns once all is read, or nil if more may come.
func (c *Conn) inputEnd() error {
	switch {
	case c.reset:
		return os.NewSyscallError("read", syscall.ECONNRESET)
	case c.peer.shut, c.deaf:
		return io.EOF
	}
	return nil
}

// broken: a Write can only fail.
func (c *Conn) broken() bool { return c.shut || c.peer.closed || c.peer.deaf }

// mayBegin: no other Write is under way.
func (c *Conn) mayBegin() bool { return !c.busy }

// mayContinue: a Write that has begun need not wait. That the peer has shut its
// read side wakes it on a pipe only: on Linux, a socket without room is not
// writable.
func (c *Conn) mayContinue() bool {
	return c.peer.in.room() > 0 || c.shut || c.peer.closed || c.piped && c.peer.deaf
}

// endWrite lets the next Write begin.
func (c *Conn) endWrite() {
	c.busy = false
	c.writing.Broadcast()
}

func errBrokenPipe() error { return os.NewSyscallError("write", syscall.EPIPE) }
