package check

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// healthy runs the client twice without a fault, and returns one of the runs.
func (b *bench) healthy(ctx context.Context) (*trial, error) {
	var runs [2]*trial
	for i := range runs {
		t, err := b.try(ctx, faultdaemon.FaultNone)
		if err != nil {
			return nil, err
		}
		if err := wellBehaved(t, b.opts.Reply); err != nil {
			return nil, err
		}
		runs[i] = t
	}
	return runs[0], sameOutput(runs[0], runs[1])
}

// wellBehaved returns an error that shows what went between the client and a
// healthy daemon, unless the client talked to it and exited with status 0.
func wellBehaved(t *trial, reply []byte) error {
	if t.connected() && t.exit == 0 && !t.killed {
		return nil
	}
	var b strings.Builder
	if t.connected() {
		fmt.Fprintf(&b, "the daemon was healthy, and yet the client %s after %s\n", t.ending(), evidence.Brief(t.took()))
	} else {
		fmt.Fprintf(&b, "the client %s after %s and never connected to the daemon\n", t.ending(), evidence.Brief(t.took()))
	}
	evidence.Section(&b, "its stderr", t.stderr.lines())
	evidence.Section(&b, "what it sent", evidence.Requests(t.calls))
	if len(t.calls) > 0 {
		evidence.Section(&b, "what was replied to each", []string{replied(reply)})
	}
	evidence.Section(&b, "what the daemon did", t.happened().Story(t.started))
	b.WriteString(cure(t, reply))
	return &HealthyError{b.String()}
}

// A HealthyError says that nothing can be found out about a client, because
// its runs without any fault are not in order.
type HealthyError struct{ text string }

// Error is several lines: what the client did, what it said, what it sent and
// was sent, and what to do.
func (e *HealthyError) Error() string { return e.text }

// cure says what to do about a healthy run that failed.
func cure(t *trial, reply []byte) string {
	switch {
	case !t.connected():
		return "{socket} in its arguments and FAULTDAEMON_SOCKET in its environment are the path of the daemon's socket"
	case len(t.calls) == 0:
		return "no whole request arrived: the daemon reads lines, each ended by a newline"
	case reply == nil:
		return "requests are echoed unless --reply says what a healthy daemon replies"
	}
	return "see that --reply is what this client expects"
}

func replied(reply []byte) string {
	if reply == nil {
		return "the request itself"
	}
	return evidence.Quote(reply)
}

// sameOutput returns an error when two healthy runs printed different things.
func sameOutput(first, second *trial) error {
	if first.stdout.equal(&second.stdout) {
		return nil
	}
	var b strings.Builder
	b.WriteString("the daemon was healthy and replied the same twice, and yet the client printed different things\n")
	one, two := firstDifference(first.stdout.kept, second.stdout.kept)
	evidence.Section(&b, "first", []string{one})
	evidence.Section(&b, "then", []string{two})
	b.WriteString("a verdict needs an output that repeats: fix the client's clock, seed or order, or filter its output,\n" +
		`as in: faultdaemon check -- bash -o pipefail -c 'CLIENT {socket} | sed "s/[0-9]*ms//"'`)
	return &HealthyError{b.String()}
}

// firstDifference returns the first line in which two outputs differ, quoted
// with its newline.
func firstDifference(a, b []byte) (string, string) {
	for {
		lineA, lineB := firstLine(a), firstLine(b)
		if !bytes.Equal(lineA, lineB) || len(lineA) == 0 {
			return evidence.Quote(lineA), evidence.Quote(lineB)
		}
		a, b = a[len(lineA):], b[len(lineB):]
	}
}

// firstLine returns a text up to its first newline, or all of it.
func firstLine(text []byte) []byte {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i+1]
	}
	return text
}
