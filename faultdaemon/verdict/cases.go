package verdict

import (
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Case is a fault to run a client under, and its entry.
type Case struct {
	Fault faultdaemon.Fault
	Info  faultdaemon.Info
	Named bool // asked for by name: it has to act
}

// rejects reports whether an immediate error is expected.
func (c Case) rejects() bool { return c.Info.Client&faultdaemon.Rejects != 0 }

// NotApplicable is a fault that the protocol cannot have, with the reason.
type NotApplicable struct {
	Fault  faultdaemon.Fault `json:"fault"`
	Reason string            `json:"reason"`
}

// Catalogue returns the faults that a daemon with this config knows.
func Catalogue(cfg faultdaemon.Config) (*faultdaemon.Catalogue, error) {
	all := append([]*faultdaemon.Catalogue{faultdaemon.Builtin(), ProtocolOf(cfg).Catalogue()}, cfg.Catalogues...)
	known, err := faultdaemon.Join(all...)
	if err != nil {
		return nil, fmt.Errorf("the catalogues clash: %w", err)
	}
	return known, nil
}

// All returns a case for each fault of a catalogue, with the arguments that its
// entry gives for verdict runs.
func All(known *faultdaemon.Catalogue) (list []Case) {
	for _, info := range known.All() {
		list = append(list, Case{Fault: info.Fault(), Info: info})
	}
	return list
}

// PlanCase returns the one case that a plan of a catalogue's faults is, named by the
// plan's line. Its entry is that of the plan's first fault; where there are more, what is
// expected under any of them is expected.
func PlanCase(known *faultdaemon.Catalogue, plan faultdaemon.Plan) (Case, error) {
	if err := known.CheckPlan(plan); err != nil {
		return Case{}, err
	}
	faults := plan.Faults()
	if len(faults) == 0 {
		return Case{}, errors.New("the plan " + plan.String() + " has no fault: the client is run healthy in any case")
	}
	info, _ := known.Lookup(faults[0]) // CheckPlan knows it
	for _, f := range faults[1:] {
		other, _ := known.Lookup(f)
		if other.Client != info.Client {
			info.Client |= other.Client
			info.Why = "the plan has faults under which different things are right"
		}
		info.Needs &= other.Needs
		info.Unbounded = info.Unbounded || other.Unbounded
	}
	return Case{Fault: faultdaemon.Fault(plan.String()), Info: info, Named: true}, nil
}

// Named returns a case for each of these faults, in this order. A fault with
// arguments is unchanged; a name alone gets the arguments that its entry gives
// for verdict runs.
func Named(known *faultdaemon.Catalogue, faults []faultdaemon.Fault) (list []Case, err error) {
	for _, f := range faults {
		canonical, err := known.Parse(string(f))
		if err != nil {
			return nil, err
		}
		info, found := known.Lookup(canonical)
		if !found {
			return nil, fmt.Errorf("%q is no fault: the client is run healthy in any case", string(f))
		}
		if len(canonical.Args()) == 0 {
			f = info.Fault()
		}
		list = append(list, Case{Fault: f, Info: info, Named: true})
	}
	return list, nil
}

// Without returns the cases whose fault is not in faults. A name without
// arguments stands for the fault with any arguments.
func Without(known *faultdaemon.Catalogue, cases []Case, faults []faultdaemon.Fault) (kept []Case, err error) {
	skipped := make(map[faultdaemon.Fault]bool)
	for _, f := range faults {
		canonical, err := known.Parse(string(f))
		if err != nil {
			return nil, err
		}
		skipped[canonical] = true
	}
	for _, c := range cases {
		canonical, err := known.Parse(string(c.Fault))
		if err != nil {
			return nil, err
		}
		if !skipped[canonical] && !skipped[c.Info.Name] {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// Applicable separates the cases that a daemon of the protocol can have from
// those that it cannot, and gives the reason for each of the latter. It returns
// an error if a case that was asked for by name does not apply, or if no case
// does.
func Applicable(cases []Case, p faultdaemon.Protocol) (kept []Case, left []NotApplicable, err error) {
	for _, c := range cases {
		switch reason := c.Info.Applies(p); {
		case reason == nil:
			kept = append(kept, c)
		case c.Named:
			return nil, nil, reason
		default:
			left = append(left, NotApplicable{Fault: c.Fault, Reason: reason.Error()})
		}
	}
	if len(kept) == 0 {
		return nil, left, errors.New("no fault is left to run: skip fewer")
	}
	return kept, left, nil
}
