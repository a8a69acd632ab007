package watch

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

const (
	interval = 250 * time.Millisecond // between two drawings
	kept     = 8                      // events that are shown at once
)

// Live keeps some lines of a terminal up to date: what is in force, how much comes
// through, which faults have acted and what happened last. What is written to it is
// shown above them.
type Live struct {
	// Upstream is what the real daemon is called. It does not change once there are
	// events.
	Upstream string

	w    io.Writer
	size func() (width, height int) // of the terminal, in characters

	daemon    *faultdaemon.FaultDaemon
	addresses string
	stop      func() // ends the drawing

	mu     sync.Mutex
	counts counts
	past   [int(time.Second / interval)]int64 // requests at the last drawings, a second of them
	last   []faultdaemon.Event
	drawn  int    // lines that are on the terminal
	begun  []byte // of a line that was written to it, and has not ended
}

// NewLive returns a Live for the terminal that w is.
func NewLive(w io.Writer, size func() (width, height int)) *Live { return &Live{w: w, size: size} }

// Started begins to draw.
func (l *Live) Started(d *faultdaemon.FaultDaemon, addresses []string) {
	l.mu.Lock()
	l.daemon, l.addresses = d, strings.Join(addresses, ", ")
	l.mu.Unlock()
	over := make(chan struct{})
	var drawing sync.WaitGroup
	drawing.Go(func() {
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for l.draw(); ; l.draw() {
			select {
			case <-tick.C:
			case <-over:
				return
			}
		}
	})
	l.stop = func() {
		close(over)
		drawing.Wait()
	}
}

// Events takes note of what happened.
func (l *Live) Events(events []faultdaemon.Event, missed int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts.add(events, missed, func(ev faultdaemon.Event) {
		if len(l.last) == kept {
			l.last = l.last[:copy(l.last, l.last[1:])]
		}
		l.last = append(l.last, ev)
	})
}

// Stopped draws for the last time.
func (l *Live) Stopped() {
	l.stop()
	l.draw()
}

// Write shows whole lines above the view.
func (l *Live) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.begun = append(l.begun, p...)
	end := bytes.LastIndexByte(l.begun, '\n') + 1
	if end == 0 {
		return len(p), nil
	}
	above := string(l.begun[:end])
	l.begun = append(l.begun[:0], l.begun[end:]...)
	if l.daemon == nil {
		_, err := io.WriteString(l.w, above)
		return len(p), err
	}
	return len(p), l.replace(above)
}

// draw draws the view anew.
func (l *Live) draw() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.replace("") // what fails is the terminal
	copy(l.past[:], l.past[1:])
	l.past[len(l.past)-1] = l.counts.requests
}

// replace writes, with one Write, text and the view in the place of the view.
func (l *Live) replace(above string) error {
	width, height := l.size()
	lines := l.lines(width-1, height-1)
	var b strings.Builder
	b.WriteByte('\r')
	if l.drawn > 0 {
		b.WriteString(text.CursorUp.Sprintn(l.drawn))
	}
	b.WriteString(eraseBelow + above)
	for _, line := range lines {
		b.WriteString(text.Snip(line, width-1, "...") + "\n")
	}
	l.drawn = len(lines)
	_, err := io.WriteString(l.w, b.String())
	return err
}

// eraseBelow erases from the cursor to the end of the terminal.
const eraseBelow = "\x1b[J"

// lines are the view, in as many lines as there is room for, and of what happened the
// last. Some are wider than the terminal.
func (l *Live) lines(width, height int) []string {
	c := l.counts
	lines := []string{text.Bold.Sprint(l.addresses + " -> " + l.Upstream)}
	lines = append(lines, labelled("in force", inForce(l.daemon), text.FgYellow, width)...)
	lines = append(lines,
		fmt.Sprintf("requests   %d, %d a second", c.requests, c.requests-l.past[0]),
		fmt.Sprintf("clients    %d, %d connected", c.connections, len(c.open)))
	lines = append(lines, labelled("fired", fired(l.daemon), text.FgRed, width)...)
	if c.missed > 0 {
		lines = append(lines, text.Faint.Sprintf("not counted: %s, too many at once", number(c.missed, "event")))
	}
	room := max(1, height)
	lines = lines[:min(len(lines), room)]
	for _, ev := range l.last[max(0, len(l.last)-(room-len(lines))):] {
		lines = append(lines, text.Faint.Sprint(line(ev)))
	}
	return lines
}

// labelled is a value behind what it is, broken into lines where it is too long for one.
func labelled(label, value string, paint text.Color, width int) (lines []string) {
	const column = 11 // in which values begin
	for part := range strings.SplitSeq(text.WrapSoft(value, max(1, width-column)), "\n") {
		lines = append(lines, fmt.Sprintf("%-*s%s", column, label, paint.Sprint(strings.TrimSpace(part))))
		label = ""
	}
	return lines
}
