// Package watch shows what a daemon in front of a real one does: as lines, or as a
// view that a terminal keeps up to date.
package watch

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// counts is what has happened.
type counts struct {
	requests, connections int64
	missed                int64              // events that nobody has counted
	open                  map[int64]struct{} // connections that have not ended
}

// add counts events, and calls notable with those that somebody would want to see.
func (c *counts) add(events []faultdaemon.Event, missed int64, notable func(faultdaemon.Event)) {
	c.missed += missed
	for _, ev := range events {
		switch ev.Kind {
		case faultdaemon.EventRead:
			c.requests++
		case faultdaemon.EventAccepted:
			c.connections++
			if c.open == nil {
				c.open = make(map[int64]struct{})
			}
			c.open[ev.Connection] = struct{}{}
		case faultdaemon.EventClosed, faultdaemon.EventReset, faultdaemon.EventGone:
			delete(c.open, ev.Connection)
		}
		if isNotable(ev) {
			notable(ev)
		}
	}
}

// isNotable reports whether an event is none of healthy traffic.
func isNotable(ev faultdaemon.Event) bool {
	switch ev.Kind {
	case faultdaemon.EventError, faultdaemon.EventPanic, faultdaemon.EventRaw, faultdaemon.EventNotFired:
		return true
	}
	return ev.Fault != faultdaemon.FaultNone
}

// line is an event with its time of day.
func line(ev faultdaemon.Event) string { return ev.Time.Format("15:04:05.000") + " " + ev.String() }

// fired says how often each fault has acted, the most frequent first.
func fired(d *faultdaemon.FaultDaemon) string {
	count := d.Fired()
	faults := slices.SortedFunc(maps.Keys(count), func(a, b faultdaemon.Fault) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		return strings.Compare(string(a), string(b))
	})
	var list []string
	for _, f := range faults {
		if count[f] > 0 {
			list = append(list, fmt.Sprintf("%s %d", f, count[f]))
		}
	}
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// inForce is the fault or the plan that is in force.
func inForce(d *faultdaemon.FaultDaemon) string {
	cfg := d.Config()
	if cfg.Plan != nil {
		return cfg.Plan.String()
	}
	return cfg.Fault.String()
}

// number is how many there are of something.
func number(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
