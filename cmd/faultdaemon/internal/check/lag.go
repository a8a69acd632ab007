package check

import (
	"context"
	"sync"
	"time"
)

// A lag records when the machine was so busy that a process that wanted to run had
// to wait: what a client did late then, it may not do late by itself.
type lag struct {
	mu   sync.Mutex
	late []time.Time // when this process woke up late
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
	for last := time.Now(); ; {
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

// busy reports whether the machine was busy between two times.
func (l *lag) busy(from, to time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, at := range l.late {
		if at.After(from) && at.Before(to.Add(lagTick+lagAllowed)) {
			return true
		}
	}
	return false
}
