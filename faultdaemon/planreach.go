package faultdaemon

import (
	"cmp"
	"fmt"
	"math"
)

// A term that can take nothing tests nothing, and says so nowhere. It is an
// error, for ParsePlan and for Start.

// check returns what is wrong with the term's numbers.
func (t Term) check() error {
	switch {
	case t.mode == firstN && t.n < 1:
		return fmt.Errorf("a count is 1 or more, not %d", t.n)
	case t.mode == everyNth && t.n < 1:
		return fmt.Errorf("every nth is 1 or more, not %d", t.n)
	case t.mode == chance && !(t.percent > 0 && t.percent <= 100) || math.IsNaN(t.percent):
		return fmt.Errorf("a chance is more than 0%% and at most 100%%, not %g%%", t.percent)
	}
	return nil
}

// stages returns when each term takes something, which is when its fault acts.
// Terms without a fault are of the stage of all faults where they share one, and
// of the respond stage otherwise.
func (p Plan) stages(known *Catalogue) []Stage {
	list := make([]Stage, len(p))
	var shared Stage
	for i, t := range p {
		entry := known.find(t.fault)
		if entry == nil {
			continue
		}
		list[i] = entry.Stage
		if shared == "" {
			shared = list[i]
		} else if shared != list[i] {
			shared = StageRespond
		}
	}
	for i, t := range p {
		if isNone(t.fault) {
			list[i] = cmp.Or(shared, StageRespond)
		}
	}
	return list
}

// unreachable returns the first term that can take nothing, given the stage of
// each, and why; the error is nil when there is none.
func (p Plan) unreachable(stages []Stage) (int, error) {
	for i, t := range p {
		switch early := stages[i].BeforeRequests(); {
		case early && t.push:
			return i, fmt.Errorf("%s acts before the upstream sends anything", t.fault)
		case early && (t.selector != "" || t.match != nil):
			return i, fmt.Errorf("%s acts before there is a request that could be selected", t.fault)
		case early && t.perConnection && t.mode == everyNth && t.n > 1:
			return i, fmt.Errorf("a connection is accepted once: write %d/%s, without the c, for every nth connection", t.n, t.fault)
		}
		for before, other := range p[:i] {
			if stages[before] == stages[i] && other.push == t.push && other.leavesNothingTo(t, stages[i]) {
				return i, fmt.Errorf("nothing reaches it: term %d, %s, takes all that it could take", before+1, other)
			}
		}
	}
	return 0, nil
}

// fromUpstream returns why a term that looks at what an upstream sends by itself
// can take nothing.
func (t Term) fromUpstream(st *state) error {
	_, hasIDs := st.protocol.(Correlator)
	_, tells := st.protocol.(Pusher)
	switch {
	case !t.push:
		return nil
	case st.config.Upstream == nil:
		return fmt.Errorf("%s: <- is about what an upstream sends by itself: set Config.Upstream", t)
	case !hasIDs && !tells:
		return fmt.Errorf("%s: protocol %T does not tell replies from what the upstream sends by itself: it is neither a Correlator nor a Pusher", t, st.protocol)
	}
	return nil
}

// leavesNothingTo reports whether the term takes everything that a later one
// of the same stage could.
func (t Term) leavesNothingTo(later Term, stage Stage) bool {
	if t.match != nil || (t.selector != "" && t.selector != later.selector) {
		return false
	}
	switch t.mode {
	case firstN:
		return stage.BeforeRequests() && t.perConnection // every connection is its own first
	case everyNth:
		return t.n == 1
	case chance:
		return t.percent == 100
	}
	return true
}
