package faultdaemon

import (
	"errors"
	"net"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// wire is a connection to a client with the ends that faults are made of. A
// clean end and a reset need a different mechanism on every transport; what a
// client's read reports is the same.
//
// One goroutine reads, writes and ends a wire; any may set deadlines.
type wire interface {
	net.Conn

	// CloseWrite lets the client read EOF after what was written. Reading
	// goes on.
	CloseWrite() error

	// CloseRead lets the client's writes fail, where the transport can say so
	// to it; nobody reads after that. Writing goes on, and WaitGone still sees
	// the client go.
	CloseRead() error

	// Finish ends the connection so that the client reads what was written
	// and then a clean EOF, whatever it sent that nobody read.
	Finish() error

	// Reset ends the connection so that the client reads what was written
	// and then ECONNRESET. Where the kernel needs an unread byte for that
	// and there is none, it first waits for one.
	Reset() error

	// WaitByte returns when a byte can be read, without reading it. The
	// error is io.EOF when there will be none, os.ErrDeadlineExceeded at the
	// read deadline.
	WaitByte() error

	// WaitGone returns nil when the client has gone away, without reading
	// what it may have left, and an error at the read deadline.
	WaitGone() error
}

var _ wire = (*memnet.Conn)(nil)

// newWire returns c as a wire. hold reports whether a fault is in force that
// may reset the connection after having read; stop ends waits that the
// transport cannot end.
func newWire(c net.Conn, hold func() bool, stop <-chan struct{}) wire {
	if w, ok := c.(wire); ok {
		return w
	}
	if w := newSocketWire(c, hold); w != nil {
		return w
	}
	return newPlainWire(c, stop)
}

// drainTime is how long Finish on a plainWire reads what the client has sent.
const drainTime = 10 * time.Millisecond

// readAhead is how many bytes a plainWire reads in order to see the client go.
const readAhead = 64 << 10

// plainWire is a wire on any net.Conn: TLS, and every socket where there is no
// way to look at a kernel's buffer. It differs from the others in this: it
// has to read in order to see that the client is gone, so that a client that
// keeps writing blocks up to 64 KiB later; and it can reset TCP only.
type plainWire struct {
	net.Conn
	stop  <-chan struct{}
	ahead []byte // read in order to see the client go, not given out yet
	end   error  // what ended reading ahead
	deaf  bool   // the read side is shut: reading says nothing about the client
}

// plain marks wires that cannot look at a kernel's buffer.
func (w *plainWire) plain() {}

// Read gives out what was read ahead, then reads.
func (w *plainWire) Read(p []byte) (int, error) {
	if len(w.ahead) > 0 {
		n := copy(p, w.ahead)
		w.ahead = w.ahead[n:]
		return n, nil
	}
	if w.end != nil {
		return 0, w.end
	}
	return w.Conn.Read(p)
}

// CloseWrite half-closes what can be, and does nothing to what cannot.
func (w *plainWire) CloseWrite() error {
	if c, ok := w.Conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return nil
}

// CloseRead shuts the read side of a Unix socket, and does nothing to anything
// else: TCP does not tell its peer, or, on Windows, resets the connection.
func (w *plainWire) CloseRead() error {
	c, ok := w.Conn.(interface{ CloseRead() error })
	if !ok || w.LocalAddr().Network() != "unix" {
		return nil
	}
	w.deaf = true
	return c.CloseRead()
}

// Finish closes the write side, reads what has arrived for a moment, closes.
func (w *plainWire) Finish() error {
	err := w.CloseWrite()
	if w.SetReadDeadline(time.Now().Add(drainTime)) == nil {
		scratch := make([]byte, 4<<10)
		for drained := 0; drained < readAhead; {
			n, err := w.Conn.Read(scratch)
			if err != nil {
				break
			}
			drained += n
		}
	}
	return errors.Join(err, w.Close())
}

// Reset aborts a TCP connection, below TLS too; anything else it closes.
func (w *plainWire) Reset() error {
	c := w.Conn
	if t, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = t.NetConn()
	}
	if t, ok := c.(*net.TCPConn); ok {
		return errors.Join(t.SetLinger(0), t.Close())
	}
	return w.Close()
}

// WaitByte reads one byte ahead.
func (w *plainWire) WaitByte() error {
	if len(w.ahead) > 0 {
		return nil
	}
	return w.readAhead(1)
}

// WaitGone reads ahead until the client is gone or readAhead bytes are there;
// from then on, and once the read side is shut, it sees only the daemon's stop.
func (w *plainWire) WaitGone() error {
	for !w.deaf && len(w.ahead) < readAhead {
		if err := w.readAhead(4 << 10); err != nil {
			if isTimeout(err) {
				return err
			}
			return nil
		}
	}
	<-w.stop
	return net.ErrClosed
}

func (w *plainWire) readAhead(size int) error {
	if w.end != nil {
		return w.end
	}
	p := make([]byte, size)
	n, err := w.Conn.Read(p)
	w.ahead = append(w.ahead, p[:n]...)
	if n > 0 {
		return nil
	}
	if !isTimeout(err) {
		w.end = err
	}
	return err
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
