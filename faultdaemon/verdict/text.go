package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Timeline is what the daemon did that the client had a part in, one event a
// line, with the time since the client's start.
func (l Log) Timeline(started time.Time) []string {
	var list []string
	for _, ev := range l {
		if ev.Connection > 0 {
			list = append(list, fmt.Sprintf("%7s  %s", Brief(ev.Time.Sub(started)), ev))
		}
	}
	return list
}

// Section adds a heading and lines below it, the first and the last of many;
// nothing when there are none.
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

// Clip cuts a long line, and makes control characters and bytes that are no
// UTF-8 visible.
func Clip(line string) string {
	const enough = 300
	line = strings.ToValidUTF8(line, "\ufffd")
	line = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return '\ufffd'
		}
		return r
	}, line)
	if runes := []rune(line); len(runes) > enough {
		return string(runes[:enough]) + "..."
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

// QuoteRequests are the messages that a client sent, quoted.
func QuoteRequests(calls []faultdaemon.RPCCall) []string {
	var list []string
	for _, call := range calls {
		list = append(list, Quote(call.Request))
	}
	return list
}

// Brief rounds a duration to what is worth reading: 0.4ms, 12ms, 502ms, 3.05s.
func Brief(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
