package faulttest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/shrink"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// RunPlan runs the client once under a plan and fails the test if the result fails, as
// [Run] does for a fault. What is right under any of the plan's faults is right. It
// takes the same client; the Options must not choose faults.
func RunPlan[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), plan faultdaemon.Plan, opts *Options) {
	t.Helper()
	p, err := newPlanRunner(t, cfg, erased(client), opts)
	if err != nil {
		t.Fatal(err)
	}
	res, err := p.judge(plan)
	if err != nil {
		t.Fatal(err)
	}
	conclude(t, res)
}

// Shrink returns the smallest plan, made from this one, under which the client's
// verdict is the same failure. It fails the test where the client does not fail under the
// plan. The log shows what it found, as a line and as a test.
//
// It runs the client many times, as RunPlan does: in virtual time unless Options.Real
// is set.
func Shrink[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), plan faultdaemon.Plan, opts *Options) faultdaemon.Plan {
	t.Helper()
	p, err := newPlanRunner(t, cfg, erased(client), opts)
	if err != nil {
		t.Fatal(err)
	}
	var first verdict.Verdict
	fails := func(_ context.Context, plan faultdaemon.Plan) (bool, error) {
		res, err := p.judge(plan)
		if err != nil {
			return false, err
		}
		if first == "" {
			first = res.Verdict
		}
		return !res.OK && res.Verdict != Untested && res.Verdict == first, nil
	}
	smallest, err := shrink.Plan(t.Context(), plan, fails, shrink.Options{Catalogue: p.catalogue, Coarse: p.opts.Real})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the smallest plan under which the client's verdict is %s:\n%s\n\n%s", first, smallest, shrink.Test("TestUnderThePlan", smallest))
	return smallest
}

// A planRunner runs one client under plans.
type planRunner struct {
	*runner
	catalogue *faultdaemon.Catalogue
	known     *verdict.Client
}

func newPlanRunner(t *testing.T, cfg faultdaemon.Config, client client, opts *Options) (*planRunner, error) {
	if o := opts.withDefaults(); o.Isolate || o.Plan != nil || len(o.Only)+len(o.Skip) > 0 || o.Baseline != "" {
		return nil, errors.New("faulttest: the Options have Isolate, Plan, Only, Skip or Baseline: leave them out, there is one plan and it says which faults act")
	}
	cfg.Catalogues = withListen(cfg.Catalogues)
	r, err := newRunner(t, cfg, client, opts)
	if err != nil {
		return nil, err
	}
	catalogue, err := verdict.Catalogue(r.cfg)
	if err != nil {
		return nil, fmt.Errorf("faulttest: %w", err)
	}
	known, err := r.learn()
	if err != nil {
		return nil, fmt.Errorf("faulttest: %w", err)
	}
	return &planRunner{runner: r, catalogue: catalogue, known: known}, nil
}

// judge runs the client under a plan.
func (p *planRunner) judge(plan faultdaemon.Plan) (Result, error) {
	c, err := verdict.PlanCase(p.catalogue, plan)
	if err != nil {
		return Result{}, fmt.Errorf("faulttest: %w", err)
	}
	p.opts.Plan = func(faultdaemon.Fault) faultdaemon.Plan { return plan }
	res, _ := p.once(p.known, c)
	res, _ = verdict.Accept(p.opts.Known, "Options.Known", res)
	return res, nil
}
