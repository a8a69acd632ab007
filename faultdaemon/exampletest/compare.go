package exampletest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// compareClient returns an error that says how what the client saw differs
// from the example.
func (x exchange) compareClient(saw observation, tr transport) error {
	if more, ok := bytes.CutPrefix(saw.got, x.got); ok && len(more) > 0 {
		return fmt.Errorf("the client read %s and then, more than it should, %s", quote(x.got), quote(more))
	}
	if !bytes.Equal(saw.got, x.got) || endOf(saw.end) != x.then.String() {
		return fmt.Errorf("the client read %s and then %s, want %s and then %s", quote(saw.got), endOf(saw.end), quote(x.got), x.then)
	}
	if saw.after < x.after || tr.isVirtual() && saw.after != x.after {
		return fmt.Errorf("the client read %s and then %s after %s, want after %s", quote(saw.got), x.then, saw.after, x.after)
	}
	return nil
}

// compareCalls waits until the daemon has recorded as many calls as it must,
// and fails if it has more.
func compareCalls(d *faultdaemon.FaultDaemon, want int) error {
	ctx, cancel := context.WithTimeout(context.Background(), clientWait)
	defer cancel()
	if err := d.WaitForCalls(ctx, want); err != nil {
		return err
	}
	if got := len(d.GetCalls()); got != want {
		return fmt.Errorf("the daemon has recorded %d calls, want %d", got, want)
	}
	return nil
}

// compareWrites compares how many writes the daemon made, where the example
// says so. In real time, the last one may not be in the events yet.
func (x exchange) compareWrites(made int, tr transport) error {
	if tr.isVirtual() && x.writes > 0 && made != x.writes {
		return fmt.Errorf("the daemon made %d writes, want %d", made, x.writes)
	}
	return nil
}

// countWrites returns how many writes the daemon has made.
func countWrites(d *faultdaemon.FaultDaemon) int {
	n := 0
	for _, ev := range d.Events() {
		if ev.Kind == faultdaemon.EventWrote || ev.Kind == faultdaemon.EventReplied {
			n++
		}
	}
	return n
}

// endOf returns what a read's error means, in the words of [faultdaemon.End].
func endOf(err error) string {
	switch {
	case err == nil:
		return "more"
	case errors.Is(err, io.EOF):
		return faultdaemon.EndEOF.String()
	case errors.Is(err, syscall.ECONNRESET):
		return faultdaemon.EndReset.String()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return faultdaemon.EndOpen.String()
	}
	return err.Error()
}

// quote quotes bytes, of many the first 200.
func quote(b []byte) string {
	const enough = 200
	if len(b) > enough {
		return fmt.Sprintf("%q... (%d bytes)", b[:enough], len(b))
	}
	return fmt.Sprintf("%q", b)
}

// eventLog returns the daemon's events, one a line, with their time since the
// first.
func eventLog(d *faultdaemon.FaultDaemon) string {
	var b strings.Builder
	events := d.Events()
	for _, ev := range events {
		fmt.Fprintf(&b, "  %8s %s\n", ev.Time.Sub(events[0].Time), ev)
	}
	return b.String()
}
