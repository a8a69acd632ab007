package format

import (
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A row is what became of every client under one fault.
type row struct {
	fault   faultdaemon.Fault
	info    faultdaemon.Info
	results []*verdict.Result // by client; nil: not run
}

// rows are the faults of all clients, each once. Those that came out worst for
// some client come first.
func (d Document) rows() (list []row) {
	for _, res := range d.everything().Worst() {
		if slices.ContainsFunc(list, func(r row) bool { return r.fault == res.Fault }) {
			continue
		}
		r := row{fault: res.Fault, info: res.Info}
		for _, c := range d.Clients {
			var cell *verdict.Result
			if res, found := c.result(r.fault); found {
				cell = &res
			}
			r.results = append(r.results, cell)
		}
		list = append(list, r)
	}
	return list
}

// everything is one report with the results of all clients.
func (d Document) everything() (all verdict.Report) {
	for _, c := range d.Clients {
		all.Results = append(all.Results, c.Report.Results...)
	}
	return all
}

// result returns the client's first result under a fault.
func (c Client) result(f faultdaemon.Fault) (verdict.Result, bool) {
	for _, res := range c.Report.Results {
		if res.Fault == f {
			return res, true
		}
	}
	return verdict.Result{}, false
}

// graded reports whether a result passes and still deserves to be looked at:
// it is lenient, late or the like.
func graded(res verdict.Result) bool {
	return res.OK && res.Grade != "" && res.Grade != verdict.OK
}
