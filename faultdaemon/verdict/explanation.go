package verdict

import (
	"fmt"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// An Explanation describes what led to a result: what the daemon did, what the
// client did, what is expected, what to change, and how to run the fault alone.
type Explanation struct {
	Fault    faultdaemon.Fault
	Verdict  Verdict
	Grade    Grade
	Daemon   string // a phrase after "the daemon"
	Client   string // a phrase after "the client"; may be empty
	Why      string // why it is untested, or differs from the known verdict; may be empty
	Note     string // may be empty
	Expected string
	Cure     string // may be empty
	Bug      string // a public report; may be empty
	Timeline []string
	Leaks    []string
	Output   []Output
	Alone    string // the command that runs the fault alone; may be empty
}

// Explain returns the explanation of a result. alone is the command that runs
// its fault alone.
func (r Result) Explain(alone string) Explanation {
	return Explanation{
		Fault: r.Fault, Verdict: r.Verdict, Grade: r.Grade,
		Daemon: r.Info.Summary, Client: r.Client, Why: r.Why, Note: r.Note, Expected: r.Expected, Cure: r.Cure, Bug: r.Info.Bug,
		Timeline: Log(r.Events).Timeline(r.Started), Leaks: r.Leaks, Output: r.Output, Alone: alone,
	}
}

// String returns the explanation as lines of text.
func (e Explanation) String() string {
	var b strings.Builder
	b.WriteString(e.Title() + "\n")
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %s%s\n", label, strings.ReplaceAll(text, "\n", "\n    "))
		}
	}
	line("the daemon ", e.Daemon)
	line("the client ", e.Client)
	line(string(e.Verdict)+": ", e.Why)
	line("note: ", e.Note)
	line("expected: ", e.Expected)
	line("cure: ", e.Cure)
	line("seen in ", e.Bug)
	Section(&b, "what the daemon did", e.Timeline)
	for _, leak := range e.Leaks {
		Section(&b, "left behind", strings.Split(leak, "\n"))
	}
	for _, out := range e.Output {
		Section(&b, out.Name, out.Lines)
	}
	line("run it alone: ", e.Alone)
	return strings.TrimSuffix(b.String(), "\n")
}

// Title returns the explanation's first line: "cut_at(1, eof): hung (unsafe)".
func (e Explanation) Title() string {
	if e.Grade == "" {
		return fmt.Sprintf("%s: %s", e.Fault, e.Verdict)
	}
	return fmt.Sprintf("%s: %s (%s)", e.Fault, e.Verdict, e.Grade)
}
