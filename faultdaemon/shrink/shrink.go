// Package shrink finds the smallest plan under which a client still fails, and writes
// it down as a Go test.
//
// Smaller is, in this order: fewer faults; a fault on one exchange instead of
// on several, by a count instead of by chance; no selector; smaller arguments; an
// earlier exchange.
package shrink

import (
	"context"
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Options say what a plan is made of and how long to look. The zero value is for plans
// of built-in faults.
type Options struct {
	// Catalogue has the plan's faults; nil is [faultdaemon.Builtin].
	Catalogue *faultdaemon.Catalogue

	// MaxRuns is how often fails may be asked; 0 is 1000. The smallest plan so far is the
	// result then.
	MaxRuns int

	// Coarse has durations tried in a few sizes only, 1.5, 3 and 7 times a power of
	// ten, for clients on the real clock: what fails by a millisecond today does not
	// tomorrow.
	Coarse bool

	// Tried, if not nil, is told of every plan that was tried.
	Tried func(plan faultdaemon.Plan, failed bool)
}

// ErrPasses is the error for a plan that does not fail in the first place.
var ErrPasses = errors.New("the plan does not fail: there is nothing to shrink")

// Plan returns the smallest plan, made from this one, for which fails is true. It asks
// about one plan at a time and about none twice, and the same answers give the same
// plan. Every plan that it asks about is valid ([faultdaemon.Catalogue.CheckPlan]).
//
// An error of fails or the end of ctx ends the search: it is returned beside the
// smallest plan so far.
func Plan(ctx context.Context, plan faultdaemon.Plan, fails func(context.Context, faultdaemon.Plan) (bool, error), o Options) (faultdaemon.Plan, error) {
	if o.Catalogue == nil {
		o.Catalogue = faultdaemon.Builtin()
	}
	if o.MaxRuns == 0 {
		o.MaxRuns = 1000
	}
	if err := o.Catalogue.CheckPlan(plan); err != nil {
		return nil, fmt.Errorf("shrink: %w", err)
	}
	s := &search{ctx: ctx, fails: fails, options: o, plan: plan, tried: map[string]bool{}}
	if !s.fail(plan) {
		if s.err == nil {
			s.err = ErrPasses
		}
		return plan, fmt.Errorf("shrink: %s: %w", plan, s.err)
	}
	for before := ""; s.err == nil && before != s.plan.String(); {
		before = s.plan.String()
		s.dropTerms()
		s.blankTerms()
		s.simplifyCounts()
		s.simplifyArguments()
		s.moveForward()
	}
	if s.err != nil && !errors.Is(s.err, errEnough) {
		return s.plan, fmt.Errorf("shrink: %w", s.err)
	}
	return s.plan, nil
}

// errEnough ends a search that has asked often enough.
var errEnough = errors.New("enough")

// A search is for one smallest plan.
type search struct {
	ctx     context.Context
	fails   func(context.Context, faultdaemon.Plan) (bool, error)
	options Options
	plan    faultdaemon.Plan // the smallest so far
	tried   map[string]bool  // by the plan's line; a matcher is never changed
	runs    int
	err     error // why the search has ended
}

// fail reports whether a plan is valid and fails.
func (s *search) fail(plan faultdaemon.Plan) bool {
	line := plan.String()
	if known, found := s.tried[line]; found {
		return known
	}
	if s.err == nil {
		s.err = s.ctx.Err()
	}
	if s.err == nil && s.runs == s.options.MaxRuns {
		s.err = errEnough
	}
	if s.err != nil || len(plan.Faults()) == 0 || s.options.Catalogue.CheckPlan(plan) != nil {
		return false
	}
	s.runs++
	failed, err := s.fails(s.ctx, plan)
	if err != nil {
		s.err = err
		return false
	}
	s.tried[line] = failed
	if s.options.Tried != nil {
		s.options.Tried(plan, failed)
	}
	return failed
}

// try makes a plan the smallest so far where it fails.
func (s *search) try(plan faultdaemon.Plan) bool {
	if !s.fail(plan) {
		return false
	}
	s.plan = plan
	return true
}
