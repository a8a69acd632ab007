package faulttest

import (
	"context"
	"errors"
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
// against the healthy daemon, which gives the right answer, and then against
// one that never replies and one that never reads, which tell when the client
// gives up by itself.
//
// Each run has a daemon of its own, in memory, in a [testing/synctest] bubble
// of its own: time is virtual, and a stall of 15 s takes microseconds. What
// cannot be run so is run with Options.Real.
func Run[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), opts *Options) {
	t.Helper()
	c, err := newCourt(t, cfg, erased(client), 0, opts)
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
	chosen := selected(t.Name())
	defer c.runs.Wait() // also those of subtests that -skip or -failfast leave out
	get := c.prepare(j, func(ch choice) bool { return chosen(string(ch.fault)) })
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
