package faulttest

import (
	"context"
	"errors"
	"flag"
	"regexp"
	"strings"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Run runs the client under every fault that the config's daemon can have, each
// in a subtest named by the fault, and fails those whose verdict is wrong for
// the fault. The failure shows what the daemon did, what the client did and
// when, what is right and why, and a command that runs the fault alone.
//
// The client is a function that connects with dial (or to [SocketPath]), does
// what it always does, and returns the answer, or an error. It returns its
// errors: what it does to a test is a crash. Before the faults it is run twice
// against the healthy daemon, which gives the right answer, and once against
// one that never replies, which tells when the client gives up by itself.
//
// Each run has a daemon of its own, in memory, in a [testing/synctest] bubble
// of its own: time is virtual, and a stall of 15 s takes microseconds. What
// cannot be run so is run with Options.Real.
func Run[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), opts *Options) {
	t.Helper()
	c, err := newCourt(t, cfg, erased(client), opts)
	switch {
	case errors.Is(err, errElsewhere):
		return
	case err != nil:
		t.Fatal(err)
	}
	c.run()
}

// run has a subtest for every chosen fault.
func (c *court) run() {
	t := c.t
	t.Helper()
	j, err := c.learn()
	if err != nil {
		t.Fatalf("faulttest: %v", err)
	}
	report := c.report(j)
	failLeaks(t, report.Leaks)
	get := c.prepare(j, selected(t))
	for i, ch := range c.chosen {
		t.Run(string(ch.fault), func(t *testing.T) {
			t.Helper() // what is wrong is reported where Run is called
			r := c.records.apply(get(i))
			report.Results = append(report.Results, r)
			r.tell(t)
		})
	}
	if err := c.records.save(); err != nil {
		t.Errorf("faulttest: Options.Baseline: %v", err)
	}
	t.Logf("verdicts:\n%s", report)
}

// failLeaks fails the test for goroutines that are left even when healthy.
func failLeaks(t *testing.T, stacks []string) {
	t.Helper()
	for _, stack := range stacks {
		t.Errorf("faulttest: even when the daemon is healthy, the client leaves a goroutine behind (further ones are not reported):\n    %s",
			strings.ReplaceAll(stack, "\n", "\n    "))
	}
}

// tell fails or skips a subtest, or lets it pass.
func (r Result) tell(t *testing.T) {
	t.Helper()
	switch {
	case !r.OK:
		t.Error(r.explain(t.Name()))
	case r.Verdict == Untested:
		t.Skip(r.Why)
	case r.New:
		t.Logf("new: %s: %s", r.Fault, r.Verdict)
	case r.Known != "":
		t.Logf("known: %s: %s: %s", r.Fault, r.Verdict, r.Known)
	}
}

// selected returns whether the -run flag lets the subtest of a choice run.
func selected(t *testing.T) func(choice) bool {
	all := func(choice) bool { return true }
	run := flag.Lookup("test.run")
	if run == nil {
		return all
	}
	depth := strings.Count(t.Name(), "/") + 1
	patterns := strings.Split(run.Value.String(), "/")
	if len(patterns) <= depth {
		return all
	}
	pattern, err := regexp.Compile(patterns[depth])
	if err != nil || strings.Contains(run.Value.String(), "|") { // alternatives are the testing package's business
		return all
	}
	return func(c choice) bool { return pattern.MatchString(strings.ReplaceAll(string(c.fault), " ", "_")) }
}
