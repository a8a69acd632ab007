package verdict

import (
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Known is a verdict that is accepted although it may fail. Another one, better
// or worse, fails.
type Known struct {
	Fault   faultdaemon.Fault `json:"fault"` // without arguments: whatever they are
	Verdict Verdict           `json:"verdict"`
	Why     string            `json:"why,omitempty"`
}

// is reports whether a fault is the one whose verdict is known.
func (k Known) is(f faultdaemon.Fault) bool {
	return k.Fault == f || k.Fault == faultdaemon.Fault(f.Name())
}

// find returns the first that is about a fault.
func find(list []Known, f faultdaemon.Fault) (Known, bool) {
	for _, k := range list {
		if k.is(f) {
			return k, true
		}
	}
	return Known{}, false
}

// Accept returns the result as one that passes if it is what a list says, and
// as one that fails if it is not. A fault that the list does not have stays as
// it is. source is what the list is called.
func Accept(list []Known, source string, r Result) Result {
	k, found := find(list, r.Fault)
	if !found {
		return r
	}
	if r.Verdict != k.Verdict {
		r.Why = fmt.Sprintf("%s says %q", source, k.Verdict)
		if r.OK {
			r.Why = fmt.Sprintf("this is expected, but %s says %q: take it out", source, k.Verdict)
		}
		r.OK = false
		return r
	}
	if !r.OK {
		r.OK, r.Known = true, k.Why
		if r.Known == "" {
			r.Known = "known from " + source
		}
	}
	return r
}
