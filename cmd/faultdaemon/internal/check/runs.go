package check

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/faultdaemon/toolkit/faultdaemon"
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

// all runs the client under every fault, several at once, the last first: what only
// a protocol or a spawned server can do hangs clients most often, and a hang that
// began late would be waited for alone. The runs come back with an error, too.
func (r *runner) all(ctx context.Context, cases []verdict.Case) (*runs, error) {
	rs := &runs{cases: cases, made: make([]*verdict.Observation, len(cases))}
	r.progress.plan(r.opts.Progress, len(cases))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.opts.Jobs)
	for i := range slices.Backward(cases) {
		g.Go(func() error { return rs.run(ctx, r, i) })
	}
	return rs, g.Wait()
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

// attempts is how often a doubtful run is made again alone, at most. A busy machine
// makes a client late, and never early: one run in time is enough. A client that
// was alone and hung, or twice waited for as long as it does in a silence, was not
// late by chance.
const attempts = 3

// few are so many doubtful runs that they are made again alone at once.
const few = 3

// rerun runs the client again under every fault whose result is doubtful; these
// runs take the place of the first. It does so alone; before that, where it is
// for more than a few, several at once of which one starts at a time, because
// most of the time of a client that is late is its own timer's. Where the first
// runs were alone it does nothing, and where the machine was not busy it takes the
// word of one that ended at once or waited for as long as in a silence.
func (r *runner) rerun(ctx context.Context, known *verdict.Client, rs *runs) error {
	if r.opts.Jobs == 1 {
		return nil
	}
	settled, waited := make(map[int]bool), make(map[int]bool)
	rs.settle(r, known, settled)
	if doubtful := rs.doubtful(rs.client(known), false, settled); len(doubtful) > few {
		if err := r.oneStarting(ctx, rs, doubtful); err != nil {
			return err
		}
	}
	for range attempts {
		if err := r.silencesAgain(ctx, known, rs, settled); err != nil {
			return err
		}
		rs.settle(r, known, settled)
		doubtful := rs.doubtful(rs.client(known), false, settled)
		r.progress.plan(r.opts.Progress, len(doubtful))
		for _, i := range doubtful {
			if err := rs.run(ctx, r, i); err != nil {
				return err
			}
			long := rs.waitedItOut(known, i)
			settled[i] = rs.made[i].Hung || long && waited[i]
			waited[i] = long
		}
	}
	return nil
}

// settle takes the word of the runs that were made while the machine was not busy.
func (rs *runs) settle(r *runner, known *verdict.Client, settled map[int]bool) {
	for i, o := range rs.made {
		if !r.lag.during(o) && (rs.result(rs.client(known), i).Verdict == verdict.Rejected || rs.waitedItOut(known, i)) {
			settled[i] = true
		}
	}
}

// oneStarting runs the client under the faults at these indices, several at once, of
// which one starts at a time.
func (r *runner) oneStarting(ctx context.Context, rs *runs, list []int) error {
	r.starts = make(chan struct{}, 1) // nothing runs now
	r.progress.plan(r.opts.Progress, len(list))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.opts.Jobs)
	for _, i := range list {
		g.Go(func() error { return rs.run(ctx, r, i) })
	}
	return g.Wait()
}

// waitedItOut reports whether the client waited under the fault at an index for
// as long as in a silence.
func (rs *runs) waitedItOut(known *verdict.Client, i int) bool {
	return rs.client(known).WaitedItOut(rs.cases[i].Info, *rs.made[i])
}

// silencesAgain repeats the runs under the silent faults that are doubtful. The
// others are judged by how long the client waits there: where one of them is
// doubtful, and the wait is short enough for a busy machine to have lengthened
// it much, these are repeated as well, and the shorter wait counts; not so where the
// machine was not busy.
func (r *runner) silencesAgain(ctx context.Context, known *verdict.Client, rs *runs, settled map[int]bool) error {
	c := rs.client(known)
	again := rs.doubtful(c, true, settled)
	failed := len(again)
	if len(rs.doubtful(c, false, settled)) > 0 {
		for _, f := range verdict.Silences() {
			i := index(rs.cases, f)
			waited := known.Waited(*rs.made[i])
			if r.lag.during(rs.made[i]) && waited > 0 && waited < r.opts.Deadline/5 && !slices.Contains(again, i) {
				again = append(again, i)
			}
		}
	}
	r.progress.plan(r.opts.Progress, len(again))
	for n, i := range again {
		before := rs.made[i]
		if err := rs.run(ctx, r, i); err != nil {
			return err
		}
		if n >= failed && known.Waited(*before) < known.Waited(*rs.made[i]) {
			rs.made[i] = before
		}
		settled[i] = rs.made[i].Hung
	}
	return nil
}

// doubtful are the indices of the silent faults, or of the others, whose results
// fail and may not do so on an idle machine; those that are settled are left out.
func (rs *runs) doubtful(c *verdict.Client, silent bool, settled map[int]bool) (list []int) {
	for i := range rs.cases {
		if !settled[i] && isSilence(rs.cases[i].Fault) == silent && c.Doubtful(rs.result(c, i), *rs.made[i]) {
			list = append(list, i)
		}
	}
	return list
}
