package check

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A pressure records how long processes of the machine, any of them, had to wait for a
// processor: what a client did late then, it may not do late by itself.
type pressure struct {
	mu      sync.Mutex
	samples []sample
}

// A sample is for how long some process had waited, since the machine began.
type sample struct {
	at      time.Time
	stalled time.Duration
}

// The time between samples, and how long processes may have waited during a run of a
// machine that is not busy: half of the least time that is not at once.
const (
	sampleEvery  = 10 * time.Millisecond
	stallAllowed = verdict.LeastTolerance / 2
)

// watch records until ctx ends. Where the machine does not tell, it records nothing.
func (p *pressure) watch(ctx context.Context) {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for p.sample() {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// sample records what the machine tells, and reports whether it does.
func (p *pressure) sample() bool {
	stalled, ok := stalls()
	if ok {
		p.mu.Lock()
		p.samples = append(p.samples, sample{time.Now(), stalled})
		p.mu.Unlock()
	}
	return ok
}

// busy reports whether the machine was busy in a run, from the client's first
// connection or, where it made none, from its start; or nobody knows.
func (p *pressure) busy(o *verdict.Observation) bool {
	if !p.sample() {
		return true
	}
	from := o.TimedFrom
	if from.IsZero() {
		from = o.Started
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	first := p.after(from) - 1
	if first < 0 {
		return true
	}
	return p.samples[p.after(o.Ended)].stalled-p.samples[first].stalled > stallAllowed
}

// after returns the first sample that is not before a time; the last where all are.
func (p *pressure) after(t time.Time) int {
	i, _ := slices.BinarySearchFunc(p.samples, t, func(s sample, t time.Time) int { return s.at.Compare(t) })
	return min(i, len(p.samples)-1)
}
