package setup

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// PlanCase returns the one case that a plan is, named by the plan's line, and the plan.
func PlanCase(known *faultdaemon.Catalogue, line string) (verdict.Case, faultdaemon.Plan, error) {
	plan, err := known.ParsePlan(line)
	if err != nil {
		return verdict.Case{}, nil, err
	}
	c, err := verdict.PlanCase(known, plan)
	return c, plan, err
}

// After returns the plan by which a fault acts on what comes after the first n
// exchanges. One that comes before all exchanges acts at once.
func After(known *faultdaemon.Catalogue, n int, f faultdaemon.Fault) faultdaemon.Plan {
	if info, found := known.Lookup(f); n == 0 || found && info.Stage.BeforeRequests() {
		return faultdaemon.Always(f)
	}
	return faultdaemon.FirstN(n, faultdaemon.FaultNone).Then(faultdaemon.Always(f))
}
