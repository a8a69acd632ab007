package check

import (
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A choice is a fault to check, canonical and with its arguments, and its
// entry.
type choice struct {
	fault faultdaemon.Fault
	info  faultdaemon.Info
}

// choose returns the faults that only names, or else all built-in ones, but
// those that skip names.
func choose(only, skip []faultdaemon.Fault) ([]choice, error) {
	chosen, err := choices(only)
	if err != nil {
		return nil, err
	}
	if len(only) == 0 {
		for _, info := range faultdaemon.Builtin().All() {
			chosen = append(chosen, choice{info.Fault(), info})
		}
	}
	skipped := make(map[faultdaemon.Fault]bool)
	for _, f := range skip {
		if f, err = parse(f); err != nil {
			return nil, err
		}
		skipped[f] = true
	}
	var kept []choice
	for _, c := range chosen {
		if c.fault, err = parse(c.fault); err != nil {
			return nil, err
		}
		if !skipped[c.fault] && !skipped[c.info.Name] {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return nil, errors.New("no fault is left to check: skip fewer")
	}
	return kept, nil
}

// choices returns the entries of these faults. One that is named without
// arguments gets those that its entry has for runs like these.
func choices(faults []faultdaemon.Fault) ([]choice, error) {
	var list []choice
	for _, f := range faults {
		f, err := parse(f)
		if err != nil {
			return nil, err
		}
		info, _ := faultdaemon.Builtin().Lookup(f) // it was parsed
		if len(f.Args()) == 0 {
			f = info.Fault()
		}
		list = append(list, choice{f, info})
	}
	return list, nil
}

// parse brings a fault into its canonical form.
func parse(f faultdaemon.Fault) (faultdaemon.Fault, error) {
	canonical, err := faultdaemon.ParseFault(string(f))
	if err == nil && canonical == faultdaemon.FaultNone {
		err = fmt.Errorf("%q is no fault: the client is run healthy in any case", string(f))
	}
	return canonical, err
}
