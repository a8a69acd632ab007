package faulttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

// Stdio is what a client holds of a server that it has spawned: the other ends
// of the server's stdin and stdout. They behave like the pipes that
// [exec.Cmd.StdinPipe] and [exec.Cmd.StdoutPipe] return, and their errors are
// the same:
//
//   - A pipe holds 64 KiB. A Write that does not fit blocks until the server
//     has read enough of it.
//   - When the server ends, however it does, Stdout returns what it has written
//     and then io.EOF, and a Write to Stdin fails with EPIPE.
//   - Closing Stdin is EOF to the server, which can go on writing. When Stdout
//     is closed, the server's next write fails. Closing ends a Read or Write
//     that blocks, and what is called after it fails with [os.ErrClosed].
//   - When both are closed the connection is.
//
// Calls that block are durably blocked in the sense of testing/synctest. With
// Options.Real, where both are a Unix socket, two things differ: a pipe holds
// what the socket's buffer does (on Linux, 219,264 bytes of one large Write),
// and a Write that already waits for room is not woken when the server closes
// its stdin alone.
type Stdio struct {
	Stdin  io.WriteCloser
	Stdout io.ReadCloser

	conn halves
}

// Pipes connects to the run's daemon as to a server that the client has just
// spawned. Use it for clients that take an io.Reader and an io.Writer.
//
// As with [net.Dialer.DialContext], the end of ctx does not end what is
// connected: a client that waits for a server that hangs is seen to hang. If
// the client starts its server with [exec.CommandContext], let the end of that
// context kill it here as well: context.AfterFunc(ctx, stdio.Kill).
func Pipes(ctx context.Context, dial Dialer) (*Stdio, error) {
	dialed, err := dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("faulttest: Pipes: %w", err)
	}
	conn, ok := dialed.(halves)
	if !ok {
		_ = dialed.Close()
		return nil, fmt.Errorf("faulttest: Pipes: the Dialer returned a %T, which has no CloseRead and CloseWrite: pass the Dialer that the client was given", dialed)
	}
	if memory, ok := dialed.(interface{ AsPipes() }); ok {
		memory.AsPipes()
	}
	open := new(atomic.Int32)
	open.Store(2)
	return &Stdio{
		Stdin:  &stdin{pipe{conn: conn, name: "|1", open: open}},
		Stdout: &stdout{pipe{conn: conn, name: "|0", open: open}},
		conn:   conn,
	}, nil
}

// Kill ends the server as a signal does: Stdout returns what the server has
// written by now and then io.EOF, and writes to Stdin fail with EPIPE. Both
// are still to be closed. The daemon itself lives on, and Pipes connects to it
// again.
func (s *Stdio) Kill() {
	_ = s.conn.CloseWrite() // fails where the daemon or the client has ended the connection
	_ = s.conn.CloseRead()
}

// halves is a connection whose directions can be ended one by one.
type halves interface {
	net.Conn
	CloseRead() error
	CloseWrite() error
}

// pipe is the client's end of one direction of a connection.
type pipe struct {
	conn   halves
	name   string        // that [os.Pipe] gives such an end
	open   *atomic.Int32 // how many of the two ends are not closed
	closed atomic.Bool
}

// close closes this end by shutting its direction, and the connection with the
// second end.
func (p *pipe) close(shut func()) error {
	if p.closed.Swap(true) {
		return p.failed("close", os.ErrClosed)
	}
	shut()
	if p.open.Add(-1) == 0 {
		return p.conn.Close()
	}
	return nil
}

// ended returns the error of a call that the connection let fail with err:
// gone, unless this end is closed or the Dialer has set a deadline.
func (p *pipe) ended(op string, err, gone error) error {
	switch {
	case p.closed.Load():
		return p.failed(op, os.ErrClosed)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return p.failed(op, os.ErrDeadlineExceeded)
	}
	return gone
}

// failed is err as an [os.File] returns it.
func (p *pipe) failed(op string, err error) error {
	return &fs.PathError{Op: op, Path: p.name, Err: err}
}

type stdin struct{ pipe }

// Write hands b to the server.
func (s *stdin) Write(b []byte) (int, error) {
	switch {
	case s.closed.Load():
		return 0, s.failed("write", os.ErrClosed)
	case len(b) == 0:
		return 0, nil // from a pipe, also when nobody reads any more
	}
	n, err := s.conn.Write(b)
	if err != nil {
		err = s.ended("write", err, s.failed("write", syscall.EPIPE))
	}
	return n, err
}

// Close lets the server read EOF.
func (s *stdin) Close() error {
	return s.close(func() {
		_ = s.conn.CloseWrite()                      // fails where the daemon has ended the connection
		_ = s.conn.SetWriteDeadline(time.Unix(1, 0)) // a Write to a socket that waits for room sees nothing else
	})
}

type stdout struct{ pipe }

// Read returns what the server has written.
func (s *stdout) Read(b []byte) (int, error) {
	if s.closed.Load() {
		return 0, s.failed("read", os.ErrClosed)
	}
	n, err := s.conn.Read(b)
	if err != nil {
		err = s.ended("read", err, io.EOF)
	}
	return n, err
}

// Close lets the server's next write fail, and one that blocks. What was not
// read is dropped: it would make the connection's end a reset.
func (s *stdout) Close() error {
	return s.close(func() {
		_ = s.conn.CloseRead()
		_, _ = io.Copy(io.Discard, s.conn)
	})
}
