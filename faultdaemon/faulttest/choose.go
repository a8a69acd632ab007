package faulttest

import (
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A choice is a fault to run and its entry.
type choice struct {
	fault faultdaemon.Fault
	info  faultdaemon.Info
	named bool // by Options.Only
}

// excused reports whether an untested fault is no fault of the test's: the
// client does not do what it needs, or it found that it cannot act on what the
// daemon replies. One that was asked for by name has to act.
func (c choice) excused(does faultdaemon.Need, t *trial) bool {
	return c.info.Needs&^does != 0 || t.refusal() != "" && !c.named
}

// choose returns the faults to run, in order, and those that do not apply to
// the protocol, with the reason.
func choose(cfg faultdaemon.Config, opts Options) (chosen []choice, left []NotApplicable, err error) {
	protocol := protocolOf(cfg)
	known, err := faultdaemon.Join(append([]*faultdaemon.Catalogue{faultdaemon.Builtin(), protocol.Catalogue()}, cfg.Catalogues...)...)
	if err != nil {
		return nil, nil, fmt.Errorf("faulttest: the catalogues clash: %w", err)
	}
	all, err := candidates(known, opts.Only)
	if err != nil {
		return nil, nil, fmt.Errorf("faulttest: Options.Only: %w", err)
	}
	skipped := make(map[faultdaemon.Fault]bool)
	for _, f := range opts.Skip {
		canonical, err := known.Parse(string(f))
		if err != nil {
			return nil, nil, fmt.Errorf("faulttest: Options.Skip: %w", err)
		}
		skipped[canonical] = true
	}
	for _, c := range all {
		canonical, err := known.Parse(string(c.fault))
		if err != nil {
			return nil, nil, fmt.Errorf("faulttest: %w", err)
		}
		if skipped[canonical] || skipped[c.info.Name] {
			continue
		}
		if reason := c.info.Applies(protocol); reason != nil {
			if c.named {
				return nil, nil, fmt.Errorf("faulttest: Options.Only: %w", reason)
			}
			left = append(left, NotApplicable{Fault: c.fault, Reason: reason.Error()})
			continue
		}
		chosen = append(chosen, c)
	}
	if len(chosen) == 0 {
		return nil, left, errors.New("faulttest: no fault is left to run: skip fewer")
	}
	return chosen, left, nil
}

// candidates returns the entries of these faults, or all.
func candidates(known *faultdaemon.Catalogue, only []faultdaemon.Fault) (list []choice, err error) {
	if len(only) == 0 {
		for _, info := range known.All() {
			list = append(list, choice{fault: info.Fault(), info: info})
		}
		return list, nil
	}
	for _, f := range only {
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
		list = append(list, choice{fault: f, info: info, named: true})
	}
	return list, nil
}
