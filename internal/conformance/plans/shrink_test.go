package plans

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/shrink"
)

// looked is how many exchanges of one connection the client of these tests makes.
const looked = 12

// decided are the faults that the first exchanges of a connection get under a plan,
// by the plan's definition and not by a daemon. Chance never takes.
func decided(plan faultdaemon.Plan) (list [looked]faultdaemon.Fault) {
	seen := make([]int64, len(plan))
	for n := range list {
		for i, t := range plan {
			p := t.Parts()
			if p.Selector != "" || p.Count == faultdaemon.ByChance {
				continue
			}
			seen[i]++
			if p.Count == faultdaemon.AllOfThem || p.Count == faultdaemon.FirstOnes && seen[i] <= p.N ||
				p.Count == faultdaemon.EveryNthOne && seen[i]%p.N == 0 {
				list[n] = p.Fault
				break
			}
		}
	}
	return list
}

// The smallest plan fails, is valid, is each time the same, has no term too much, and is
// found without asking twice: whatever client fails under some of the faults that a plan
// gives it.
func TestShrink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := anyPlan(t)
		before := decided(plan)
		needed := map[int]string{} // by exchange
		for n, f := range before {
			if f != faultdaemon.FaultNone && rapid.IntRange(0, 2).Draw(t, "needs it") == 0 {
				needed[n] = f.Name()
			}
		}
		if len(needed) == 0 {
			t.Skip("the plan does nothing that the client could mind")
		}
		will := func(p faultdaemon.Plan) bool {
			got := decided(p)
			for n, name := range needed {
				if got[n].Name() != name {
					return false
				}
			}
			return true
		}
		find := func() faultdaemon.Plan {
			asked := map[string]bool{}
			fails := func(_ context.Context, p faultdaemon.Plan) (bool, error) {
				if asked[p.String()] {
					t.Fatalf("%s is asked about twice", p)
				}
				asked[p.String()] = true
				if err := faultdaemon.Builtin().CheckPlan(p); err != nil {
					t.Fatal(err)
				}
				return will(p), nil
			}
			smallest, err := shrink.Plan(t.Context(), plan, fails, shrink.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return smallest
		}
		smallest := find()
		if !will(smallest) {
			t.Fatalf("%s does not fail: %v", smallest, needed)
		}
		if again := find(); again.String() != smallest.String() {
			t.Fatalf("%s, and then %s", smallest, again)
		}
		for i := range smallest {
			shorter := slices.Concat(smallest[:i], smallest[i+1:])
			if faultdaemon.Builtin().CheckPlan(shorter) == nil && len(shorter.Faults()) > 0 && will(shorter) {
				t.Fatalf("%s would do for %s", shorter, smallest)
			}
		}
	})
}
