package faulttest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// explain tells what led to a wrong verdict, and what would be right. test is
// the name of the subtest.
func (r Result) explain(test string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", r.Fault, r.Verdict)
	fmt.Fprintf(&b, "  the daemon %s\n", r.Info.Summary)
	if r.ending != "" {
		fmt.Fprintf(&b, "  the client %s\n", strings.ReplaceAll(r.ending, "\n", "\n    "))
	}
	if r.Why != "" {
		fmt.Fprintf(&b, "  %s: %s\n", r.Verdict, r.Why)
	}
	fmt.Fprintf(&b, "  right: %s\n", r.right())
	if r.Info.Bug != "" {
		fmt.Fprintf(&b, "  seen in %s\n", r.Info.Bug)
	}
	section(&b, "what the daemon did", narrate(r.Events, r.started))
	for _, stack := range r.Leaks {
		section(&b, "left behind", strings.Split(stack, "\n"))
	}
	fmt.Fprintf(&b, "  this fault alone: %s", again(test))
	return b.String()
}

// right says what would be right, and why.
func (r Result) right() string {
	why := r.Info.Why
	switch client := r.Info.Client; {
	case r.Verdict == Leaked:
		return "what it returned is, but goroutines of its own may not outlive it"
	case r.Verdict == Untested:
		return "a fault that never acted has shown nothing: see Config.FaultMatcher, Options.Plan and Options.Skip"
	case client == faultdaemon.Rejects, client&faultdaemon.Rejects != 0 && wireEnded(r.Events):
		return "rejects: the evidence is on the wire, there is nothing to wait for and no answer to give"
	case client == faultdaemon.TimesOut:
		return "times out: there is nothing but silence, which only a timeout of the client's own can end"
	case client == faultdaemon.Survives:
		return "survives: the answer comes whole and unchanged; where it comes too late, a timeout of the client's own ends the wait"
	}
	return strings.TrimSpace(r.Info.Client.String() + ": " + why)
}

// again is a command that runs one test alone.
func again(test string) string {
	pattern := strings.ReplaceAll(onlyTest(test), "'", `'\''`)
	return fmt.Sprintf("go test %s -run '%s' -count=1 -v", here(), pattern)
}

// here is the package of the test, as seen from its module's directory: a
// test's working directory is its package's.
func here() string {
	dir, err := os.Getwd()
	if err != nil {
		return "."
	}
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			rel, err := filepath.Rel(root, dir)
			if err != nil || rel == "." {
				return "."
			}
			return "./" + filepath.ToSlash(rel)
		}
		if root == filepath.Dir(root) {
			return "."
		}
	}
}

// narrate tells what the daemon did, one event a line, with the time since the
// client's start.
func narrate(events []faultdaemon.Event, started time.Time) []string {
	var list []string
	for _, ev := range events {
		if ev.Connection > 0 { // what the client had a part in
			list = append(list, fmt.Sprintf("%7s  %s", brief(ev.Time.Sub(started)), ev))
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

// clip cuts a long line.
func clip(line string) string {
	const enough = 300
	if utf8.RuneCountInString(line) > enough {
		return string([]rune(line)[:enough]) + "..."
	}
	return line
}
