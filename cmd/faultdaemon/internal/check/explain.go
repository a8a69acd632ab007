package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// explain tells what led to a wrong verdict, and what would be right.
func (res *Result) explain() string {
	var b strings.Builder
	_, colour := res.mark()
	b.WriteString(colour.Sprintf("%s: %s", res.Fault, res.Verdict) + "\n")
	paragraph(&b, "The daemon "+res.Info.Summary)
	paragraph(&b, fmt.Sprintf("The client %s after %s.", res.trial.ending(), short(res.Took)))
	paragraph(&b, fmt.Sprintf("Right: %s. %s", res.Info.Client, why(res)))
	if res.Info.Bug != "" {
		paragraph(&b, "Seen in "+res.Info.Bug+".")
	}
	section(&b, "what the daemon did", res.trial.narrate())
	section(&b, "what the client wrote to stderr", res.trial.stderr.lines())
	if res.Verdict == WrongAnswer {
		section(&b, "what it wrote to stdout", res.trial.stdout.lines())
	}
	return b.String()
}

// why gives the reason for what is right.
func why(res *Result) string {
	switch client := res.Info.Client; {
	case res.Info.Why != "":
		return res.Info.Why
	case client == faultdaemon.Rejects:
		return "The evidence is on the wire: there is nothing to wait for, and no answer to give."
	case client == faultdaemon.TimesOut:
		return "There is nothing but silence, which only a timeout of the client's own can end."
	case client == faultdaemon.Survives && res.Verdict == Hung:
		return "The answer comes whole and unchanged; where it comes too late, a timeout of the client's own has to end the wait."
	}
	return "The answer comes whole and unchanged."
}

// paragraph adds a text, indented and broken into lines that are easy to read.
func paragraph(b *strings.Builder, words string) {
	const width = 76
	for line := range strings.Lines(text.WrapSoft(words, width)) {
		b.WriteString("  " + strings.TrimSpace(line) + "\n")
	}
}

// narrate tells what the daemon did until the client ended, one event a line,
// with the time since the client's start.
func (t *trial) narrate() []string {
	var list []string
	for _, ev := range t.happened() {
		if ev.Connection > 0 { // what the client had a part in
			list = append(list, fmt.Sprintf("%7s  %s", short(ev.Time.Sub(t.started)), ev))
		}
	}
	return list
}

// section adds a heading and lines below it, the first and the last of many;
// nothing when there are none.
func section(b *strings.Builder, heading string, lines []string) {
	const first, last = 12, 3
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s:\n", heading)
	if left := len(lines) - first - last; left > 1 {
		lines = slices.Concat(lines[:first], []string{fmt.Sprintf("... %d more ...", left)}, lines[first+left:])
	}
	for _, line := range lines {
		fmt.Fprintf(b, "    %s\n", clip(line))
	}
}

// clip cuts a long line, and makes control characters visible.
func clip(line string) string {
	const enough = 200
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
