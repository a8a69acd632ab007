package verdict

import (
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Known is an accepted verdict on a fault, which passes even if it would fail.
// Any other verdict on the fault fails, better or worse.
type Known struct {
	Fault   faultdaemon.Fault `json:"fault"` // a name without arguments stands for any arguments
	Verdict Verdict           `json:"verdict"`
	Why     string            `json:"why,omitempty"`
}

// is reports whether a fault is the one whose verdict is known.
func (k Known) is(f faultdaemon.Fault) bool {
	return k.Fault == f || k.Fault == faultdaemon.Fault(f.Name())
}

// find returns the first entry about a fault.
func find(list []Known, f faultdaemon.Fault) (Known, bool) {
	for _, k := range list {
		if k.is(f) {
			return k, true
		}
	}
	return Known{}, false
}

// Accept returns the result as passing if it has the verdict that the list
// gives for its fault, and as failing if it has another one. It does not change
// the result of a fault that the list does not have, and reports whether it has
// it. source is the name of the list in messages.
func Accept(list []Known, source string, r Result) (_ Result, listed bool) {
	k, listed := find(list, r.Fault)
	if !listed {
		return r, false
	}
	if r.Verdict != k.Verdict {
		r.Why = fmt.Sprintf("%s says %q", source, k.Verdict)
		if r.OK {
			r.Why = fmt.Sprintf("this is expected, but %s says %q: take it out", source, k.Verdict)
		}
		r.OK = false
		return r, true
	}
	if !r.OK {
		r.OK, r.Known = true, k.Why
		if r.Known == "" {
			r.Known = "known from " + source
		}
	}
	return r, true
}
