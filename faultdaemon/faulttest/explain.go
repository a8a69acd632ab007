package faulttest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// explain tells what led to a wrong verdict, and what would be right. test is
// the name of the subtest.
func (r Result) explain(test string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n", r.Fault, r.Verdict)
	fmt.Fprintf(&b, "  the daemon %s\n", r.Info.Summary)
	if r.ending != nil {
		fmt.Fprintf(&b, "  the client %s\n", strings.ReplaceAll(r.ending(), "\n", "\n    "))
	}
	if r.Why != "" {
		fmt.Fprintf(&b, "  %s: %s\n", r.Verdict, r.Why)
	}
	fmt.Fprintf(&b, "  right: %s\n", r.right())
	if r.Info.Bug != "" {
		fmt.Fprintf(&b, "  seen in %s\n", r.Info.Bug)
	}
	evidence.Section(&b, "what the daemon did", evidence.Log(r.Events).Story(r.started))
	for _, stack := range r.Leaks {
		evidence.Section(&b, "left behind", strings.Split(stack, "\n"))
	}
	fmt.Fprintf(&b, "  this alone: %s", again(test))
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
	case client == faultdaemon.Rejects && why == "", client != faultdaemon.Rejects && client&faultdaemon.Rejects != 0 && evidence.Log(r.Events).Ended():
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
