package setup

import (
	"errors"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// PlanCase returns the one case that a plan is, named by the plan's line, and
// the plan. Its entry is that of the plan's first fault; where there are more,
// what is expected under any of them is expected.
func PlanCase(known *faultdaemon.Catalogue, line string) (verdict.Case, faultdaemon.Plan, error) {
	plan, err := known.ParsePlan(line)
	if err != nil {
		return verdict.Case{}, nil, err
	}
	faults := plan.Faults()
	if len(faults) == 0 {
		return verdict.Case{}, nil, errors.New("the plan " + plan.String() + " has no fault: the client is run healthy in any case")
	}
	info, _ := known.Lookup(faults[0]) // ParsePlan knows it
	for _, f := range faults[1:] {
		other, _ := known.Lookup(f)
		if other.Client != info.Client {
			info.Client |= other.Client
			info.Why = "the plan has faults under which different things are right"
		}
		info.Needs &= other.Needs
		info.Unbounded = info.Unbounded || other.Unbounded
	}
	return verdict.Case{Fault: faultdaemon.Fault(plan.String()), Info: info, Named: true}, plan, nil
}

// After returns the plan by which a fault acts on what comes after the first n
// exchanges. One that comes before all exchanges acts at once.
func After(known *faultdaemon.Catalogue, n int, f faultdaemon.Fault) faultdaemon.Plan {
	if info, found := known.Lookup(f); n == 0 || found && info.Stage.BeforeRequests() {
		return faultdaemon.Always(f)
	}
	return faultdaemon.FirstN(n, faultdaemon.FaultNone).Then(faultdaemon.Always(f))
}
