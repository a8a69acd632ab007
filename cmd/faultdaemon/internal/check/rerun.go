package check

import (
	"context"
	"slices"
	"time"

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
// own timer's; then it makes those that are still doubtful alone. What still is after
// that may be judged by too long a wait, which is then measured again.
//
// Nobody is late by chance who hangs again, who was late by more than the machine may
// have cost, who twice failed at once, or twice waited for as long as in a silence, or
// did so once while the machine was not busy. Where the first runs were alone nothing is
// made again.
func (r *runner) rerun(ctx context.Context, known *verdict.Client, rs *runs) error {
	if r.opts.Jobs == 1 {
		return nil
	}
	d := &doubts{runs: rs, known: known, lost: r.lost, settled: make(map[int]bool), last: make(map[int]ending)}
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
	for n := range attempts {
		if err := r.silencesAgain(ctx, known, rs, d.settled, n > 0); err != nil {
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
	lost    func(from, to time.Time) time.Duration
	settled map[int]bool   // the client would do so again
	last    map[int]ending // how the client ended last; "" where that says nothing
}

// list are the faults whose results are doubtful and not settled.
func (d *doubts) list() []int { return d.doubtful(d.client(d.known), false, d.settled) }

// note takes note of how the client ended in the run that was made last.
func (d *doubts) note(i int) {
	c := d.client(d.known)
	if c.LateAnyway(d.cases[i].Info, *d.made[i], d.lost) {
		d.settled[i] = true
		return
	}
	var now ending
	switch {
	case d.result(c, i).Verdict == verdict.Rejected:
		now = endedAtOnce
	case c.WaitedItOut(d.cases[i].Info, *d.made[i]):
		now = endedByTime
	}
	if now != "" && (now == d.last[i] || !busy(d.lost, d.made[i])) {
		d.settled[i] = true
	}
	d.last[i] = now
}

// lossAllowed is how much a run may lose on a machine that is not busy: half of the
// least time that is not at once.
const lossAllowed = verdict.LeastTolerance / 2

// busy reports whether the machine was busy in a run, from the client's first
// connection or, where it made none, from its start.
func busy(lost func(from, to time.Time) time.Duration, o *verdict.Observation) bool {
	from := o.TimedFrom
	if from.IsZero() {
		from = o.Started
	}
	return lost(from, o.Ended) > lossAllowed
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
// others are judged by how long the client waits there: to measure is to repeat these as
// well where one of the others is doubtful, and the wait is short enough for a busy
// machine to have lengthened it much, and the shorter wait counts; not so where the
// machine was not busy.
func (r *runner) silencesAgain(ctx context.Context, known *verdict.Client, rs *runs, settled map[int]bool, measure bool) error {
	c := rs.client(known)
	again := rs.doubtful(c, true, settled)
	failed := len(again)
	if measure && len(rs.doubtful(c, false, settled)) > 0 {
		for _, f := range verdict.Silences() {
			i := index(rs.cases, f)
			waited := known.Waited(*rs.made[i])
			if busy(r.lost, rs.made[i]) && waited > 0 && waited < r.opts.Deadline/5 && !slices.Contains(again, i) {
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
