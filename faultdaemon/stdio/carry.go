package stdio

import (
	"errors"
	"io"
	"os"
	"syscall"
	"time"
)

// begin carries bytes in both directions, in goroutines that end with the process.
func (p *Process) begin() error {
	stop, watch, err := os.Pipe()
	if err != nil {
		return err
	}
	p.watch = watch
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.carryIn()
	}()
	go func() {
		defer close(p.written)
		p.carryOut()
	}()
	go p.leave(stop, ended)
	return nil
}

// carryIn carries stdin to the daemon, and its end.
func (p *Process) carryIn() {
	in := &stamped{Reader: p.stdin}
	_, err := io.Copy(p.bytes, in)
	switch {
	case err != nil || p.ignoreEOF.Load():
	case time.Since(in.first) > allAtOnce:
		_ = p.bytes.Close()
	default:
		_ = p.bytes.CloseWrite()
	}
}

// allAtOnce is how long after the first byte of stdin its end may come for the
// client to be one that sends all it has, and then waits for the replies. Later, a
// client has given up or has all that it wants, and a server ends whatever it is
// doing.
const allAtOnce = 100 * time.Millisecond

// stamped notes when the first byte was read.
type stamped struct {
	io.Reader
	first time.Time
}

func (s *stamped) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	if n > 0 && s.first.IsZero() {
		s.first = time.Now()
	}
	return n, err
}

// carryOut carries what the daemon writes to stdout, and its end.
func (p *Process) carryOut() {
	_, err := io.Copy(p.stdout, p.bytes)
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		kill("KILL")
	case errors.Is(err, syscall.EPIPE):
		_ = p.bytes.Close() // the client reads no more
	default:
		_ = p.watch.Close()
		<-p.watched
		p.lend.Lock()
		defer p.lend.Unlock()
		_ = p.stdout.Close()
	}
}

// leave ends the connection when the client is gone: when stdin has ended, and
// nobody can read stdout, which may be because it is closed on this side.
func (p *Process) leave(stop *os.File, ended <-chan struct{}) {
	gone := awaitReaderGone(p.stdout, stop)
	_ = stop.Close()
	close(p.watched)
	if !gone {
		return // this platform does not tell: the next write does
	}
	<-ended
	if !p.ignoreEOF.Load() {
		_ = p.bytes.Close()
	}
}
