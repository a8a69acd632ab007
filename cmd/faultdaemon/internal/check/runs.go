package check

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// runs are a run of the client under each of several faults.
type runs struct {
	cases []verdict.Case
	made  []*verdict.Observation // under the case at the same index; nil: not yet
}

// isSilence reports whether a fault is nothing but silent: the client's run
// under it tells how long it waits by itself.
func isSilence(f faultdaemon.Fault) bool {
	silences := verdict.Silences()
	return slices.Contains(silences[:], f)
}

// withSilences returns the cases and, behind them, what is missing of the
// faults that are nothing but silent.
func withSilences(cases []verdict.Case) []verdict.Case {
	all := slices.Clone(cases)
	for _, f := range verdict.Silences() {
		if index(all, f) < 0 {
			info, _ := faultdaemon.Builtin().Lookup(f) // it is one
			all = append(all, verdict.Case{Fault: f, Info: info})
		}
	}
	return all
}

// index returns the first place of a fault, -1 where it is none.
func index(cases []verdict.Case, f faultdaemon.Fault) int {
	return slices.IndexFunc(cases, func(c verdict.Case) bool { return c.Fault == f })
}

// all runs the client under every fault, several at once, in the order of startOrder.
// The runs come back with an error, too.
func (r *runner) all(ctx context.Context, cases []verdict.Case) (*runs, error) {
	rs := &runs{cases: cases, made: make([]*verdict.Observation, len(cases))}
	r.progress.plan(r.opts.Progress, len(cases))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.opts.Jobs)
	for _, i := range startOrder(cases) {
		g.Go(func() error { return rs.run(ctx, r, i) })
	}
	return rs, g.Wait()
}

// startOrder is the indices of the cases as they are started: what only processes do comes
// first, from the last of its catalogue. It hangs clients most often, and a hang that
// began late would be waited for alone.
func startOrder(cases []verdict.Case) (order []int) {
	var others []int
	for i, c := range cases {
		if _, ofProcesses := stdio.Faults.Lookup(c.Fault); ofProcesses {
			order = append(order, i)
		} else {
			others = append(others, i)
		}
	}
	slices.Reverse(order)
	return append(order, others...)
}

// run runs the client under the fault at an index. Others may be run at the
// same time.
func (rs *runs) run(ctx context.Context, r *runner, i int) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	fault := rs.cases[i].Fault
	r.progress.begin(r.opts.Progress, fault)
	o, err := r.observe(ctx, fault)
	r.progress.end(r.opts.Progress, fault)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s: %w", fault, err)
	}
	rs.made[i] = o
	return nil
}

// client is what is known of the client when the silent faults have run.
func (rs *runs) client(known *verdict.Client) *verdict.Client {
	c := *known
	for i, patience := range []*time.Duration{&c.Patience.Reply, &c.Patience.Service} {
		if o := rs.made[index(rs.cases, verdict.Silences()[i])]; o != nil {
			*patience = known.Waited(*o)
		}
	}
	return &c
}

// result is the verdict on the run at an index.
func (rs *runs) result(known *verdict.Client, i int) verdict.Result {
	return known.Judge(rs.cases[i], *rs.made[i])
}
