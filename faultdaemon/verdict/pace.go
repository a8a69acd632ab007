package verdict

import (
	"slices"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Pace records when a client connects and when its requests come, all of them: a
// daemon's own log keeps the newest events alone. It may be used concurrently.
type Pace struct {
	mu                 sync.Mutex
	connects, requests []time.Time
}

// paced is how many connects, or requests, a Pace keeps.
const paced = 1 << 17

// Watch returns the config of a daemon that also tells the Pace what it does.
func (p *Pace) Watch(cfg faultdaemon.Config) faultdaemon.Config {
	trace := cfg.Trace
	cfg.Trace = func(ev faultdaemon.Event) {
		p.note(ev)
		if trace != nil {
			trace(ev)
		}
	}
	return cfg
}

func (p *Pace) note(ev faultdaemon.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch ev.Kind {
	case faultdaemon.EventAccepted, faultdaemon.EventRefused:
		p.connects = noted(p.connects, ev.Time)
	case faultdaemon.EventRead:
		p.requests = noted(p.requests, ev.Time)
	}
}

func noted(times []time.Time, at time.Time) []time.Time {
	if len(times) == paced {
		return times
	}
	return append(times, at)
}

// until returns the connects and the requests up to a time, in order. A nil Pace has
// none.
func (p *Pace) until(end time.Time) (connects, requests []time.Time) {
	if p == nil {
		return nil, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	up := func(times []time.Time) []time.Time {
		times = slices.SortedFunc(slices.Values(times), time.Time.Compare)
		return slices.DeleteFunc(times, func(t time.Time) bool { return t.After(end) })
	}
	return up(p.connects), up(p.requests)
}

// busiest returns the most of the times that lie within one second.
func busiest(times []time.Time) (most int) {
	first := 0
	for i, t := range times {
		for t.Sub(times[first]) >= time.Second {
			first++
		}
		most = max(most, i+1-first)
	}
	return most
}

// longest returns how many times there are in the longest stretch in which more than
// so many a second come all the time, and how long it is.
func longest(times []time.Time, limit int) (n int, stretch time.Duration) {
	start := 0 // of the stretch that times[i] continues
	for i, t := range times {
		if i < limit || t.Sub(times[i-limit]) >= time.Second {
			start = max(start, i+1-limit)
			continue
		}
		if d := t.Sub(times[start]); d > stretch {
			n, stretch = i+1-start, d
		}
	}
	return n, stretch
}
