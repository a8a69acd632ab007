package check

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"
)

// A pressure records how much time programs lose because they share the processors:
// what a client did late by that much, it may not do late by itself.
type pressure struct {
	mu      sync.Mutex
	samples []sample
}

// A sample is how much a program that always has something to do would have lost since
// the watch began.
type sample struct {
	at   time.Time
	lost time.Duration
}

// sampleEvery is the time between samples.
const sampleEvery = 10 * time.Millisecond

// watch records until ctx ends. Where the machine does not tell how many want to run,
// it records nothing.
func (p *pressure) watch(ctx context.Context) {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		n, ok := runnable()
		if !ok {
			return
		}
		p.add(time.Now(), n, runtime.NumCPU())
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// add records that so many want to run, for the time since the last sample. A share of
// that is lost to each where there are fewer processors; all of it, where this
// process has come too late itself.
func (p *pressure) add(now time.Time, wanting, processors int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := sample{at: now}
	if n := len(p.samples); n > 0 {
		last := p.samples[n-1]
		passed := now.Sub(last.at)
		late := max(passed-2*sampleEvery, 0)
		shared := (passed - late) * time.Duration(max(wanting-processors, 0)) / time.Duration(max(wanting, 1))
		next.lost = last.lost + late + shared
	}
	p.samples = append(p.samples, next)
}

// lost returns how much of a time a program may have lost: all of what nobody watched.
func (p *pressure) lost(from, to time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	first, last := p.after(from)-1, min(p.after(to), len(p.samples)-1)
	if first < 0 {
		return to.Sub(from)
	}
	return p.samples[last].lost - p.samples[first].lost + max(to.Sub(p.samples[last].at), 0)
}

// after returns the first sample that is not before a time; their number where all are.
func (p *pressure) after(t time.Time) int {
	i, _ := slices.BinarySearchFunc(p.samples, t, func(s sample, t time.Time) int { return s.at.Compare(t) })
	return i
}
