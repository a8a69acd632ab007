package faultdaemon

import (
	"maps"
	"sync"
)

// firedLog counts how often each fault acted.
type firedLog struct {
	mu    sync.Mutex
	count map[Fault]int
}

func (l *firedLog) add(f Fault, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.count == nil {
		l.count = make(map[Fault]int)
	}
	l.count[f] += n
}

// Fired returns how often each fault really acted since New: 0 for one that
// was in force and never did, because no exchange came its way, its matcher
// always said no or there was nothing that it could do.
func (d *FaultDaemon) Fired() map[Fault]int {
	d.fired.mu.Lock()
	defer d.fired.mu.Unlock()
	if d.fired.count == nil {
		return map[Fault]int{}
	}
	return maps.Clone(d.fired.count)
}

// Dropped returns how many events and calls are no more kept: those beyond the
// newest 1,024 events and Config.MaxCalls calls.
func (d *FaultDaemon) Dropped() (events, calls int64) {
	d.events.mu.Lock()
	events = d.events.dropped
	d.events.mu.Unlock()
	d.calls.mu.Lock()
	defer d.calls.mu.Unlock()
	return events, d.calls.dropped
}
