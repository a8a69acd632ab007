package check

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A series is a run of the client under each of several faults.
type series struct {
	choices []choice
	trials  []*trial // of the choice at the same index
}

// isSilence reports whether a fault is nothing but silent: the client's run
// under it tells how long it waits by itself.
func isSilence(f faultdaemon.Fault) bool {
	return f == faultdaemon.FaultHangBeforeResponse || f == faultdaemon.FaultHangOnAccept
}

// withSilences returns the choices and, behind them, what is missing of the
// faults that are nothing but silent.
func withSilences(chosen []choice) []choice {
	all := slices.Clone(chosen)
	for _, info := range faultdaemon.Builtin().All() {
		if c := (choice{info.Fault(), info}); isSilence(c.fault) && index(all, c.fault) < 0 {
			all = append(all, c)
		}
	}
	return all
}

// index returns the first place of a fault, -1 where it is none.
func index(choices []choice, f faultdaemon.Fault) int {
	return slices.IndexFunc(choices, func(c choice) bool { return c.fault == f })
}

// atOnce runs the client under every fault, several at once.
func (b *bench) atOnce(ctx context.Context, all []choice) (*series, error) {
	s := &series{choices: all, trials: make([]*trial, len(all))}
	b.count(0, len(all))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(b.opts.Parallel)
	for i := range all {
		g.Go(func() error { return s.run(ctx, b, i) })
	}
	return s, g.Wait()
}

// run runs the client under the fault at an index. Others may be run at the
// same time.
func (s *series) run(ctx context.Context, b *bench, i int) (err error) {
	fault := s.choices[i].fault
	if s.trials[i], err = b.try(ctx, fault); err != nil {
		return fmt.Errorf("%s: %w", fault, err)
	}
	b.count(1, 0)
	return nil
}

// judge returns the judge that learns from the runs under the silent faults and
// from a healthy one.
func (s *series) judge(healthy *trial, deadline time.Duration) *judge {
	under := func(f faultdaemon.Fault) *trial { return s.trials[index(s.choices, f)] }
	return newJudge(healthy, under(faultdaemon.FaultHangBeforeResponse), under(faultdaemon.FaultHangOnAccept), deadline)
}

// result is the verdict on the run at an index.
func (s *series) result(j *judge, i int) Result { return j.result(s.choices[i], s.trials[i]) }
