package check

import "sync"

// A tally counts the runs under faults: those that are to be made, and those
// that are done.
type tally struct {
	mu          sync.Mutex
	done, total int
}

// count adds runs that are done and runs that are to be made, and tells
// Options.Progress.
func (b *bench) count(done, more int) {
	b.tally.mu.Lock()
	defer b.tally.mu.Unlock()
	b.tally.done += done
	b.tally.total += more
	if b.opts.Progress != nil && done+more > 0 {
		b.opts.Progress(b.tally.done, b.tally.total)
	}
}
