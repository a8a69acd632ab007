package faulttest_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// A speaker is what a script says its part to.
type speaker func(what string, n int, err error)

func (say speaker) call(what string, f func() (int, error)) {
	n, err := f()
	say(what, n, err)
}

func (say speaker) write(who string, w io.Writer, text string) {
	n, err := io.WriteString(w, text)
	say(fmt.Sprintf("%s writes %q", who, text), n, err)
}

func (say speaker) read(who string, r io.Reader) {
	buf := make([]byte, 64)
	n, err := r.Read(buf)
	say(fmt.Sprintf("%s reads %q", who, buf[:n]), n, err)
}

func (say speaker) close(which string, c io.Closer) { say("close "+which, 0, c.Close()) }

// uncounted is for a count that depends on what a buffer holds.
func uncounted(int) int { return 0 }

// begin has a call block, and release end it.
func (say speaker) begin(p *process, what string, f func() (int, error), release func(), count ...func(int) int) {
	done := make(chan struct{})
	var n int
	var err error
	go func() {
		defer close(done)
		n, err = blockedCall(f)
	}()
	p.settle()
	select {
	case <-done:
		say(what+" does not block", n, err)
		return
	default:
	}
	release()
	<-done
	for _, f := range count {
		n = f(n)
	}
	say(what, n, err)
}

// blockedCall is what waitForIO looks for.
//
//go:noinline
func blockedCall(f func() (int, error)) (int, error) { return f() }

// waitForIO returns when blockedCall waits in the runtime's poller.
func waitForIO() {
	for buf := make([]byte, 1<<20); ; runtime.Gosched() {
		for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(stack, "[IO wait") && strings.Contains(stack, ".blockedCall(") {
				return
			}
		}
	}
}

func reads(r io.Reader) func() (int, error) {
	return func() (int, error) { return r.Read(make([]byte, 64)) }
}

func writes(w io.Writer, size int) func() (int, error) {
	return func() (int, error) { return w.Write(make([]byte, size)) }
}

// play returns what is said in a script: errors of the client in full, those
// of the server by what they are.
func play(t *testing.T, f script, p *process) (said []string) {
	t.Helper()
	f(p, func(what string, n int, err error) {
		if strings.HasPrefix(what, "server") || errors.Is(err, syscall.EPIPE) && !strings.Contains(err.Error(), "|1") {
			for _, known := range []error{syscall.EPIPE, syscall.ECONNRESET, io.EOF} {
				if errors.Is(err, known) {
					err = known
				}
			}
		}
		said = append(said, fmt.Sprintf("%s: %d %v", what, n, err))
	})
	return said
}
