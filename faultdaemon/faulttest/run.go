package faulttest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// Run runs the client under every fault that the config's daemon can have, each
// in a subtest named after the fault, and fails the subtests whose result
// fails: see [verdict.Grade]. The failure shows what the daemon did, what the
// client did and when, what is expected and why, and a command that runs the
// fault alone.
//
// The client is a function that connects with dial (or to [SocketPath]), does
// what it always does, and returns the answer or an error. It must return its
// errors; if it fails a test instead, that counts as a crash. Before the faults
// it runs twice against the healthy daemon, which gives the expected answer,
// and then against one that never replies and one that never reads, which show
// when the client gives up by itself.
//
// Each run has a daemon of its own, in memory, in a [testing/synctest] bubble
// of its own: time is virtual, and a stall of 15 s takes microseconds. For
// clients that cannot run in a bubble, set Options.Real.
func Run[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), opts *Options) {
	t.Helper()
	r, err := newFaultRunner(t, cfg, erased(client), 0, opts)
	switch {
	case errors.Is(err, errElsewhere):
		return
	case err != nil:
		t.Fatal(err)
	}
	r.run()
}

// Judge runs the client as [Run] does and returns the report, without failing
// the test. Use it for tests about the results themselves, and for tables and
// files made from them.
//
// With Options.Isolate, other processes run the test up to this call as well;
// in these, earlier calls return a report without results.
func Judge[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), opts *Options) Report {
	t.Helper()
	r, err := newFaultRunner(t, cfg, erased(client), 0, opts)
	switch {
	case errors.Is(err, errElsewhere):
		return Report{Elsewhere: true}
	case err != nil:
		return Report{Err: err}
	}
	return r.judgeAll()
}

// erased is the client without the type of its answer.
func erased[T any](f func(context.Context, Dialer) (T, error)) client {
	return func(ctx context.Context, dial Dialer) (any, error) { return f(ctx, dial) }
}

// run has a subtest for every fault.
func (r *runner) run() {
	t := r.t
	t.Helper()
	known, err := r.learn()
	if err != nil {
		t.Fatalf("faulttest: %v", err)
	}
	report := r.report(known)
	failLeaks(t, report.Leaks)
	chosen := selected(t.Name())
	defer r.runs.Wait() // also those of subtests that -skip or -failfast leave out
	get := r.prepare(known, func(c verdict.Case) bool { return chosen(string(c.Fault)) })
	for i, c := range r.cases {
		t.Run(string(c.Fault), func(t *testing.T) {
			t.Helper() // what fails is reported where Run is called
			res := r.accept(get(i))
			report.Results = append(report.Results, res)
			conclude(t, res)
		})
	}
	if err := r.baseline.Save(); err != nil {
		t.Errorf("faulttest: Options.Baseline: %v", err)
	}
	t.Logf("verdicts:\n%s", report)
}

// failLeaks fails the test for what is left even when healthy.
func failLeaks(t *testing.T, leaks []string) {
	t.Helper()
	for _, leak := range leaks {
		what := "goroutine"
		for _, kind := range []string{processLeak, descriptorLeak, connectionLeak} {
			if strings.HasPrefix(leak, kind) {
				what = strings.TrimSuffix(kind, ": ")
			}
		}
		t.Errorf("faulttest: even when the daemon is healthy, the client leaves a %s behind (further ones are not reported):\n    %s",
			what, strings.ReplaceAll(leak, "\n", "\n    "))
	}
}

// conclude fails or skips a subtest, or lets it pass.
func conclude(t *testing.T, r Result) {
	t.Helper()
	switch {
	case !r.OK:
		t.Error(r.Explain(alone(t.Name())))
	case r.Verdict == Untested:
		t.Skip(r.Why)
	case r.New:
		t.Logf("new: %s: %s", r.Fault, r.Verdict)
	case r.Known != "":
		t.Logf("known: %s: %s: %s", r.Fault, r.Verdict, r.Known)
	case r.Grade != verdict.OK:
		t.Logf("%s: %s: %s; expected: %s", r.Grade, r.Fault, r.Verdict, r.Expected)
	}
}
