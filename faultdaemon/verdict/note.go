package verdict

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What is noted of a client whose error, and what else it printed, does not say to what
// it could not connect, or why the server that it had started was gone.
const (
	unnamed     = "the error does not name the socket"
	unexplained = "the error says neither how the server ended nor what it wrote to stderr last"
)

// note returns what a result says beside its verdict: "" for nothing.
func (o *Observation) note(info faultdaemon.Info) string {
	switch {
	case o.Err == nil || !o.finished():
	case info.Stage == faultdaemon.StageListen && o.Address != "" && o.Connections == 0:
		if !strings.Contains(o.said(), o.Address) {
			return unnamed
		}
	case len(o.Evidence) > 0:
		said := o.said()
		if !slices.ContainsFunc(o.Evidence, func(word string) bool { return mentions(said, word) }) {
			return unexplained
		}
	}
	return ""
}

// An ExitStatus is what a program failed with. It says nothing of the reason.
type ExitStatus int

func (s ExitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// said is the client's error, where it has one that has words, and what it printed.
func (o *Observation) said() (said string) {
	if _, program := o.Err.(ExitStatus); !program {
		said = o.Err.Error()
	}
	for _, out := range o.Output {
		said += "\n" + strings.Join(out.Lines, "\n")
	}
	return said
}

// mentions reports whether a text has a word, or several, in capitals or not.
func mentions(text, words string) bool {
	whole := regexp.MustCompile(`(?i)(?:^|\W)` + regexp.QuoteMeta(words) + `(?:\W|$)`)
	return whole.MatchString(text)
}
