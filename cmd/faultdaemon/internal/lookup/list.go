package lookup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A Filter says which faults are listed; its zero value, all.
type Filter struct {
	Stage    string // "accept"
	Protocol string // those that a daemon of it can have
	Expected string // an outcome: "survives", "rejects", "times-out", "differs"
}

// Outcomes returns the words that [Filter] takes for what is expected, in the
// order of their bits.
func Outcomes() []string { return []string{"survives", "rejects", "times-out", "differs"} }

// Expected returns the outcomes that are right for a client, as words.
func Expected(o faultdaemon.Outcome) (words []string) {
	for i, word := range Outcomes() {
		if o&(1<<i) != 0 {
			words = append(words, word)
		}
	}
	return words
}

// A List is a choice of faults, and those that the protocol cannot have.
type List struct {
	Faults        []faultdaemon.Info
	OfSockets     []faultdaemon.Info // those of where the daemon listens
	OfProcesses   []faultdaemon.Info // those of servers that a client spawns
	NotApplicable []verdict.NotApplicable
}

// all returns every fault of the list.
func (l List) all() []faultdaemon.Info { return slices.Concat(l.Faults, l.OfSockets, l.OfProcesses) }

// List returns the faults that a filter lets pass, in the catalogues' order. A
// word that the filter does not know is an error.
func (x *Index) List(f Filter) (list List, err error) {
	known := x.known
	var applies func(faultdaemon.Info) error
	if f.Protocol != "" {
		p, err := named(x.protocols, f.Protocol)
		if err != nil {
			return list, err
		}
		if known, err = x.on(p); err != nil {
			return list, err
		}
		applies = func(info faultdaemon.Info) error { return info.Applies(p.Value) }
	}
	if f.Expected != "" && !slices.Contains(Outcomes(), f.Expected) {
		return list, fmt.Errorf("--expected is %q: want one of %s", f.Expected, strings.Join(Outcomes(), ", "))
	}
	if stages := x.Stages(); f.Stage != "" && !slices.Contains(stages, f.Stage) {
		return list, fmt.Errorf("--stage is %q: want one of %s", f.Stage, strings.Join(stages, ", "))
	}
	for _, info := range known.All() {
		if f.Stage != "" && f.Stage != string(info.Stage) || f.Expected != "" && !slices.Contains(Expected(info.Client), f.Expected) {
			continue
		}
		if applies != nil {
			if reason := applies(info); reason != nil {
				list.NotApplicable = append(list.NotApplicable, verdict.NotApplicable{Fault: info.Name, Reason: reason.Error()})
				continue
			}
		}
		switch {
		case ofProcesses(info):
			list.OfProcesses = append(list.OfProcesses, info)
		case ofSockets(info):
			list.OfSockets = append(list.OfSockets, info)
		default:
			list.Faults = append(list.Faults, info)
		}
	}
	return list, nil
}

// Stages returns the stages at which faults act.
func (x *Index) Stages() (stages []string) {
	for _, info := range x.known.All() {
		if !slices.Contains(stages, string(info.Stage)) {
			stages = append(stages, string(info.Stage))
		}
	}
	return stages
}
