package check

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

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
	rs.settle(r.busy, known, settled)
	if doubtful := rs.doubtful(rs.client(known), false, settled); len(doubtful) > few {
		if err := r.oneStarting(ctx, rs, doubtful); err != nil {
			return err
		}
	}
	for range attempts {
		if err := r.silencesAgain(ctx, known, rs, settled); err != nil {
			return err
		}
		rs.settle(r.busy, known, settled)
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

// settle takes note of the runs that were made while the machine was not busy, and
// ended at once or after the client's own silence: they would end so again.
func (rs *runs) settle(busy func(*verdict.Observation) bool, known *verdict.Client, settled map[int]bool) {
	c := rs.client(known)
	for i, o := range rs.made {
		if !busy(o) && (rs.result(c, i).Verdict == verdict.Rejected || rs.waitedItOut(known, i)) {
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
			if r.busy(rs.made[i]) && waited > 0 && waited < r.opts.Deadline/5 && !slices.Contains(again, i) {
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
