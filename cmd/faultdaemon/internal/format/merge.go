package format

import (
	"fmt"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Merge returns one document of several, in their order. Clients with the same
// name are parts of one run, each under other faults, and become one client;
// a fault that two of them have is an error.
func Merge(docs ...Document) (all Document, err error) {
	for _, d := range docs {
		for _, c := range d.Clients {
			i := slices.IndexFunc(all.Clients, func(other Client) bool { return other.Name == c.Name })
			if i < 0 {
				all.Clients = append(all.Clients, c)
				continue
			}
			if all.Clients[i], err = all.Clients[i].join(c); err != nil {
				return Document{}, err
			}
		}
	}
	return all, nil
}

// join returns the client with what another part of its run has shown.
func (c Client) join(part Client) (Client, error) {
	for _, res := range part.Report.Results {
		if c.has(res.Fault) {
			return c, fmt.Errorf("two reports have %s under %s: parts of one run have no fault in common; give clients that are not the same names of their own, with check --name",
				c.Name, res.Fault)
		}
	}
	if c.Sweep != nil && part.Sweep != nil {
		return c, fmt.Errorf("two reports have a sweep of %s: leave one out", c.Name)
	}
	if c.Sweep == nil {
		c.Sweep = part.Sweep
	}
	if c.Alone == nil {
		c.Alone = part.Alone
	}
	r, more := &c.Report, part.Report
	r.Results = slices.Concat(r.Results, more.Results)
	r.NotApplicable = slices.Concat(r.NotApplicable, more.NotApplicable)
	r.Leaks = slices.Compact(slices.Sorted(slices.Values(slices.Concat(r.Leaks, more.Leaks))))
	r.Patience = max(r.Patience, more.Patience)
	if r.Err == nil {
		r.Err = more.Err
	}
	return c, nil
}

// has reports whether there is a result under a fault.
func (c Client) has(f faultdaemon.Fault) bool {
	_, found := c.result(f)
	return found
}
