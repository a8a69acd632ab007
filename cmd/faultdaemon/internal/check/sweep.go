package check

import (
	"context"
	"os"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// DefaultSweepOffsets is how many offsets of one message are swept where
// sweep.Options do not say it: each is a run of the client.
const DefaultSweepOffsets = 256

// Sweep runs the client once for each byte of the replies that a healthy daemon
// sends it and each kind of damage: it is cut off, split, flipped or stalled
// there. Several runs are made at once; one whose result a busy machine may have
// caused is made again. The Cases and the Plan of the options are not looked at. The
// report of what is known comes with ctx's error.
func Sweep(ctx context.Context, opts Options, how sweep.Options) (sweep.Report, error) {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return sweep.Report{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	opts.Cases, opts.Plan = nil, nil
	r := newRunner(opts, dir)
	known, err := r.healthy(ctx)
	if err != nil {
		return sweep.Report{}, err
	}
	silent, err := r.all(ctx, withSilences(nil))
	if err != nil {
		return sweep.Report{}, err
	}
	s := &sweeper{runner: r, known: silent.client(known)}
	return s.report(ctx, how)
}

// A sweeper runs the client with damaged replies.
type sweeper struct {
	runner *runner
	known  *verdict.Client
	sweep  *sweep.Sweep
	alone  sync.Mutex // held by a run that is made again
}

func (s *sweeper) report(ctx context.Context, how sweep.Options) (report sweep.Report, err error) {
	if how.MaxOffsets == 0 {
		how.MaxOffsets = DefaultSweepOffsets
	}
	var replies [2][][]byte
	for i := range replies {
		if replies[i], err = s.record(ctx); err != nil {
			return report, err
		}
	}
	if s.sweep, err = sweep.New(verdict.ProtocolOf(s.runner.opts.Config), replies[0], replies[1], how); err != nil {
		return report, err
	}
	s.sweep.FindOptional(func(o sweep.Offset, k sweep.Kind) (res verdict.Result) {
		if err == nil {
			res, err = s.judge(ctx, o, k)
		}
		return res
	})
	report = sweep.Report{Patience: s.known.Patience.Reply, Leaks: s.known.HealthyLeaks()}
	for _, k := range sweep.Kinds() {
		if err != nil {
			return report, err
		}
		var ranges []sweep.Range
		ranges, err = s.all(ctx, k)
		report.Ranges = append(report.Ranges, ranges...)
	}
	return report, err
}

// record runs the client against a healthy daemon and returns its replies.
func (s *sweeper) record(ctx context.Context) ([][]byte, error) {
	var replies sweep.Recorder
	_, err := s.runner.run(ctx, replies.Config(s.runner.opts.Config))
	return replies.Replies(), err
}

// all does one kind of damage at every offset, several at once.
func (s *sweeper) all(ctx context.Context, k sweep.Kind) ([]sweep.Range, error) {
	offsets := s.sweep.Offsets(func(sweep.Offset) bool { return true })
	results := make([]verdict.Result, len(offsets))
	s.runner.progress.plan(s.runner.opts.Progress, len(offsets))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.runner.opts.Jobs)
	for i, o := range offsets {
		g.Go(func() (err error) {
			fault := s.sweep.Case(o, k).Fault
			s.runner.progress.begin(s.runner.opts.Progress, fault)
			defer s.runner.progress.end(s.runner.opts.Progress, fault)
			results[i], err = s.judge(ctx, o, k)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return sweep.Ranges(k, offsets, results), nil
}

// judge damages a reply at an offset.
func (s *sweeper) judge(ctx context.Context, o sweep.Offset, k sweep.Kind) (verdict.Result, error) {
	fault := s.sweep.Case(o, k)
	cfg := s.runner.opts.Config
	cfg.Fault, cfg.Plan = faultdaemon.FaultNone, o.Plan(fault.Fault)
	got, err := s.runner.run(ctx, cfg)
	if err != nil {
		return verdict.Result{}, err
	}
	res := s.known.Judge(fault, *got)
	if !s.known.Doubtful(res, *got) {
		return res, nil
	}
	s.alone.Lock() // one doubtful run at a time is as much alone as it gets
	defer s.alone.Unlock()
	if got, err = s.runner.run(ctx, cfg); err != nil {
		return verdict.Result{}, err
	}
	return s.known.Judge(fault, *got), nil
}
