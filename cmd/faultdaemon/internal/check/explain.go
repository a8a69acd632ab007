package check

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// explain tells what led to a wrong verdict, and what would be right.
func (res *Result) explain() string {
	var b strings.Builder
	_, colour := res.mark()
	b.WriteString(colour.Sprintf("%s: %s", res.Fault, res.Verdict) + "\n")
	paragraph(&b, "The daemon "+res.Info.Summary)
	paragraph(&b, fmt.Sprintf("The client %s after %s.", res.trial.ending(), evidence.Brief(res.Took)))
	paragraph(&b, fmt.Sprintf("Right: %s. %s", res.Info.Client, why(res)))
	if res.Info.Bug != "" {
		paragraph(&b, "Seen in "+res.Info.Bug+".")
	}
	evidence.Section(&b, "what the daemon did", res.trial.happened().Story(res.trial.started))
	evidence.Section(&b, "what the client wrote to stderr", res.trial.stderr.lines())
	if res.Verdict == WrongAnswer {
		evidence.Section(&b, "what it wrote to stdout", res.trial.stdout.lines())
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
