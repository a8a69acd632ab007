package check

import (
	"cmp"
	"context"
	"os"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/shrink"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// ShrinkOptions say how a plan is made smaller.
type ShrinkOptions struct {
	Plan      faultdaemon.Plan
	Catalogue *faultdaemon.Catalogue // of the plan's faults
	MaxRuns   int                    // of the client, at most

	// Tried, if not nil, is told of every plan that was tried.
	Tried func(plan faultdaemon.Plan, failed bool)
}

// Shrink returns the smallest plan, made from this one, under which the client's
// verdict is the same failure, and the result under it. It runs the client under one plan at a
// time, again where a busy machine may have made it fail. The Cases and the Plan of
// the options are not looked at. An error that ends the search comes with the smallest
// plan so far.
func Shrink(ctx context.Context, opts Options, how ShrinkOptions) (smallest faultdaemon.Plan, failure verdict.Result, err error) {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return nil, failure, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	opts.Cases, opts.Plan = nil, nil
	opts.Config.Seed = cmp.Or(opts.Config.Seed, 1) // a chance falls the same way each time
	r := newRunner(opts, dir)
	known, err := r.healthy(ctx)
	if err != nil {
		return nil, failure, err
	}
	silent, err := r.all(ctx, withSilences(nil))
	if err != nil {
		return nil, failure, err
	}
	known = silent.client(known)
	fails := func(ctx context.Context, plan faultdaemon.Plan) (bool, error) {
		res, err := r.underPlan(ctx, known, how.Catalogue, plan)
		if err != nil {
			return false, err
		}
		first := failure.Verdict == ""
		fails := !res.OK && res.Verdict != verdict.Untested && (first || res.Verdict == failure.Verdict)
		if first || fails {
			failure = res // what fails is the smallest so far
		}
		return fails, nil
	}
	smallest, err = shrink.Plan(ctx, how.Plan, fails, shrink.Options{
		Catalogue: how.Catalogue, MaxRuns: how.MaxRuns, Coarse: true, Tried: how.Tried,
	})
	return smallest, failure, err
}

// underPlan runs the client under a plan; as long as a busy machine may have made it
// fail, again.
func (r *runner) underPlan(ctx context.Context, known *verdict.Client, catalogue *faultdaemon.Catalogue, plan faultdaemon.Plan) (res verdict.Result, err error) {
	c, err := verdict.PlanCase(catalogue, plan)
	if err != nil {
		return res, err
	}
	cfg := r.opts.Config
	cfg.Fault, cfg.Plan = faultdaemon.FaultNone, plan
	for range attempts {
		o, err := r.run(ctx, cfg)
		if err != nil {
			return res, err
		}
		if res = known.Judge(c, *o); !known.Doubtful(res, *o) {
			break
		}
	}
	return res, nil
}
