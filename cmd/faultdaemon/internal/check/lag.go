package check

import (
	"context"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A lag records when the machine was so busy that a process that wanted to run had
// to wait: what a client did late then, it may not do late by itself.
type lag struct {
	mu    sync.Mutex
	since time.Time   // when the watch began; zero: it has not
	late  []time.Time // when this process woke up late
}

// lagTick is how often this process wakes up to see whether it can, and lagAllowed
// how late it may be: half of the least time that counts as at once.
const (
	lagTick    = 10 * time.Millisecond
	lagAllowed = 25 * time.Millisecond
)

// watch records until ctx ends.
func (l *lag) watch(ctx context.Context) {
	tick := time.NewTicker(lagTick)
	defer tick.Stop()
	last := time.Now()
	l.mu.Lock()
	l.since = last
	l.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := time.Now()
		if now.Sub(last) > lagTick+lagAllowed {
			l.mu.Lock()
			l.late = append(l.late, now)
			l.mu.Unlock()
		}
		last = now
	}
}

// busy reports whether the machine was busy between two times, or nobody knows
// because the watch had not begun.
func (l *lag) busy(from, to time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.since.IsZero() || from.Before(l.since) {
		return true
	}
	for _, at := range l.late {
		if at.After(from) && at.Before(to.Add(lagTick+lagAllowed)) {
			return true
		}
	}
	return false
}

// during reports whether the machine was busy in a run, from the client's first
// connection or, where it made none, from its start.
func (l *lag) during(o *verdict.Observation) bool {
	from := o.TimedFrom
	if from.IsZero() {
		from = o.Started
	}
	return l.busy(from, o.Ended)
}
