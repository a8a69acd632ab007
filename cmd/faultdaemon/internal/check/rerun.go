package check

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// attempts is how often a doubtful run is made again alone, at most. A busy machine
// makes a client late, and never early: one run in time is enough.
const attempts = 3

// few are so many doubtful runs that they are made again alone at once.
const few = 3

// rerun runs the client again under every fault whose result is doubtful; these runs
// take the place of the first. More than a few it first makes several at once, of
// which one starts at a time, because most of the time of a client that is late is its
// own timer's; then it makes those that are still doubtful alone.
//
// Nobody is late by chance who hangs again, who twice failed at once, or twice waited
// for as long as in a silence, or did so once while the machine was not busy. Where
// the first runs were alone nothing is made again.
func (r *runner) rerun(ctx context.Context, known *verdict.Client, rs *runs) error {
	if r.opts.Jobs == 1 {
		return nil
	}
	d := &doubts{runs: rs, known: known, busy: r.busy, settled: make(map[int]bool), last: make(map[int]ending)}
	for i := range rs.cases {
		d.note(i)
	}
	if doubtful := d.list(); len(doubtful) > few {
		if err := r.oneStarting(ctx, rs, doubtful); err != nil {
			return err
		}
		for _, i := range doubtful {
			d.note(i)
		}
	}
	for range attempts {
		if err := r.silencesAgain(ctx, known, rs, d.settled); err != nil {
			return err
		}
		doubtful := d.list()
		r.progress.plan(r.opts.Progress, len(doubtful))
		for _, i := range doubtful {
			if err := rs.run(ctx, r, i); err != nil {
				return err
			}
			d.note(i)
			d.settled[i] = d.settled[i] || rs.made[i].Hung
		}
	}
	return nil
}

// An ending is one that a client that was late by chance would not have twice.
type ending string

const (
	endedAtOnce ending = "at once"
	endedByTime ending = "after its own silence"
)

// doubts are the runs that may have failed because the machine was busy.
type doubts struct {
	*runs
	known   *verdict.Client
	busy    func(*verdict.Observation) bool
	settled map[int]bool   // the client would do so again
	last    map[int]ending // how the client ended last; "" where that says nothing
}

// list are the faults whose results are doubtful and not settled.
func (d *doubts) list() []int { return d.doubtful(d.client(d.known), false, d.settled) }

// note takes note of how the client ended in the run that was made last.
func (d *doubts) note(i int) {
	var now ending
	c := d.client(d.known)
	switch {
	case d.result(c, i).Verdict == verdict.Rejected:
		now = endedAtOnce
	case c.WaitedItOut(d.cases[i].Info, *d.made[i]):
		now = endedByTime
	}
	if now != "" && (now == d.last[i] || !d.busy(d.made[i])) {
		d.settled[i] = true
	}
	d.last[i] = now
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
