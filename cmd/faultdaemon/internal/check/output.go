package check

import (
	"bytes"
	"io"
	"os"
	"strings"
)

// maxOutput is how much is kept of what a client writes, maxLast how much of what
// comes last behind that, in bytes.
const (
	maxOutput = 1 << 20
	maxLast   = 64 << 10
)

// An output is what a client writes to its stdout or stderr. The first MiB is
// kept, the rest is counted, and of its end enough is kept to see a crash.
type output struct {
	kept []byte
	last []byte // up to twice maxLast
	size int64
}

// Write never fails, so that a client that writes without end is not stopped
// by it.
func (o *output) Write(p []byte) (int, error) {
	o.size += int64(len(p))
	room := min(len(p), maxOutput-len(o.kept))
	o.kept = append(o.kept, p[:room]...)
	more := p[room:]
	o.last = append(o.last, more[max(len(more)-maxLast, 0):]...)
	if len(o.last) > 2*maxLast {
		o.last = append(o.last[:0], o.last[len(o.last)-maxLast:]...)
	}
	return len(p), nil
}

// lines returns the output's lines, without empty ones at the end.
func (o *output) lines() []string {
	text := strings.TrimRight(string(o.kept), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// A pipe carries what a process writes into an output. os/exec's own would
// make Wait wait for everybody who holds the other end, and hide when the
// process itself has ended.
type pipe struct {
	read, write *os.File
	done        chan struct{} // closed when the output is complete
}

// newPipe returns a pipe into o. Its goroutine, which alone writes to o, ends
// when nobody holds the write end any more, or with close.
func newPipe(o io.Writer) (*pipe, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &pipe{read: r, write: w, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		_, _ = io.Copy(o, r) // fails when r is closed
	}()
	return p, nil
}

// close ends the pipe; afterwards nothing writes to the output.
func (p *pipe) close() {
	_ = p.write.Close() // it may be closed
	_ = p.read.Close()
	<-p.done
}

// firstLine returns a text up to its first newline, or all of it.
func firstLine(text []byte) []byte {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}
