package check

import (
	"slices"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Progress says how far a check is.
type Progress struct {
	Done, Total int                 // runs under faults; the total grows by those that are repeated
	Running     []faultdaemon.Fault // now, those that began first come first
}

// A tracker keeps the progress. It is safe for concurrent use, and tells one
// change after the other.
type tracker struct {
	mu  sync.Mutex
	now Progress
}

// plan adds runs that are to be made.
func (t *tracker) plan(tell func(Progress), more int) {
	if more > 0 {
		t.change(tell, func(p *Progress) { p.Total += more })
	}
}

// begin adds a run that begins.
func (t *tracker) begin(tell func(Progress), f faultdaemon.Fault) {
	t.change(tell, func(p *Progress) { p.Running = append(slices.Clip(p.Running), f) })
}

// end takes out a run that has ended.
func (t *tracker) end(tell func(Progress), f faultdaemon.Fault) {
	t.change(tell, func(p *Progress) {
		i := slices.Index(p.Running, f)
		p.Running = slices.Concat(p.Running[:i], p.Running[i+1:])
		p.Done++
	})
}

func (t *tracker) change(tell func(Progress), f func(*Progress)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.now)
	if tell != nil {
		tell(t.now)
	}
}
