package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Timeline returns the events on the client's connections, one per line, with
// the time since the client's start.
func (l Log) Timeline(started time.Time) []string {
	var list []string
	for _, ev := range l {
		if ev.Connection > 0 {
			list = append(list, fmt.Sprintf("%7s  %s", Brief(ev.Time.Sub(started)), ev))
		}
	}
	return list
}

// Section writes a heading and the lines below it. It shortens a long list to
// its first and last lines, and writes nothing if there are no lines.
func Section(b *strings.Builder, heading string, lines []string) {
	const first, last = 12, 3
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s:\n", heading)
	if left := len(lines) - first - last; left > 1 {
		lines = slices.Concat(lines[:first], []string{fmt.Sprintf("... %d more ...", left)}, lines[first+left:])
	}
	for _, line := range lines {
		fmt.Fprintf(b, "    %s\n", Clip(line))
	}
}

// Clip shortens a long line, and replaces control characters and invalid UTF-8
// with visible characters.
func Clip(line string) string {
	const enough = 300
	line = strings.ToValidUTF8(line, "\ufffd")
	line = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return '\ufffd'
		}
		return r
	}, line)
	runes := 0
	for i := range line {
		if runes == enough {
			return line[:i] + "..."
		}
		runes++
	}
	return line
}

// Quote quotes the beginning of a message.
func Quote(message []byte) string {
	const enough = 200
	if len(message) > enough {
		return fmt.Sprintf("%q... (%d bytes)", message[:enough], len(message))
	}
	return fmt.Sprintf("%q", message)
}

// QuoteRequests returns the messages that a client sent, quoted.
func QuoteRequests(calls []faultdaemon.RPCCall) []string {
	var list []string
	for _, call := range calls {
		list = append(list, Quote(call.Request))
	}
	return list
}

// Brief formats a duration, rounded to a readable precision: 0.4ms, 12ms,
// 502ms, 3.05s.
func Brief(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
