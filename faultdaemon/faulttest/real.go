package faulttest

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// The times of a run on the real clock.
const (
	realDeadline = time.Second
	realGrace    = 2 * time.Second
	realLinger   = 500 * time.Millisecond // in which goroutines end that are about to
	sessionShare = 5                      // deadlines that a session takes
	realParallel = 8                      // runs at once: they mostly wait
)

// inReal runs the client once, on the real clock, against a daemon on a Unix
// socket: a fresh one, or that of Options.Socket. It may be called
// concurrently. An error says why there was no daemon.
func inReal(c client, cfg faultdaemon.Config, opts Options) (*observation, error) {
	o := new(observation)
	path := opts.Socket
	if path == "" {
		dir, err := os.MkdirTemp("", "fd")
		if err != nil {
			return nil, err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		path = filepath.Join(dir, "s")
	}
	o.Pace, o.Address = new(verdict.Pace), path
	d := faultdaemon.New(path, o.Pace.Watch(cfg))
	if err := d.Start(); err != nil {
		return nil, err
	}
	label := rand.Text() // an address would be used again, and a leak outlives its run
	o.drive(labelled(c, label), d, d.Dial, opts.Deadline, realGrace, func() {})
	if !o.Hung {
		o.Leaks = append(o.Leaks, stillThere(label, realLinger)...)
		if !opts.isolated {
			o.Leaks = append(o.Leaks, connectedTo(path, realLinger)...)
		}
	}
	o.observeEnd(d)
	return o, nil
}

// parallel is how many runs there may be at once.
func (o Options) parallel() int {
	switch {
	case o.Socket != "":
		return 1
	case o.spawns:
		return min(realParallel, 2*runtime.GOMAXPROCS(0))
	case o.Real:
		return realParallel
	case o.Isolate:
		return runtime.GOMAXPROCS(0)
	}
	return 0
}

// cap shortens the deadline of runs on the real clock so that all of them end
// before the test's own deadline, and says so.
func (r *runner) cap() error {
	end, limited := r.t.Deadline()
	if !r.opts.Real || !limited {
		return nil
	}
	rounds := len(r.cases)/max(r.opts.parallel(), 1) + 4 // two healthy runs and two silent ones are on their own
	share := time.Until(end)/time.Duration(rounds) - realGrace
	if r.opts.session != nil {
		share = (share - r.opts.Recover) / sessionShare
	}
	if share >= r.opts.Deadline {
		return nil
	}
	if share < 100*time.Millisecond {
		return fmt.Errorf("faulttest: the test's deadline is in %s, too soon for %d runs on the real clock: run it with a longer -timeout, or fewer faults",
			verdict.Brief(time.Until(end)), len(r.cases)+4)
	}
	r.t.Logf("faulttest: the client has %s instead of %s for a run: the test's deadline is in %s (-timeout)",
		verdict.Brief(share), verdict.Brief(r.opts.Deadline), verdict.Brief(time.Until(end)))
	r.opts.Deadline = share
	return nil
}
