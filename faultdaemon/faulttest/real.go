package faulttest

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// The times of a run on the real clock.
const (
	realDeadline = time.Second
	realGrace    = 2 * time.Second
	realLinger   = 500 * time.Millisecond // in which goroutines end that are about to
	realParallel = 8                      // runs at once: they mostly wait
)

// inReal runs the client once, on the real clock, against a daemon on a Unix
// socket: a fresh one, or that of Options.Socket. It may be called
// concurrently.
func inReal(c client, cfg faultdaemon.Config, opts Options) *trial {
	t := new(trial)
	path := opts.Socket
	if path == "" {
		dir, err := os.MkdirTemp("", "fd")
		if err != nil {
			t.invalid = err
			return t
		}
		defer func() { _ = os.RemoveAll(dir) }()
		path = filepath.Join(dir, "s")
	}
	d := faultdaemon.New(path, cfg)
	if t.invalid = d.Start(); t.invalid != nil {
		return t
	}
	label := rand.Text() // an address would be used again, and a leak outlives its run
	t.play(labelled(c, label), d, d.Dial, opts.Deadline, realGrace, func() {})
	if !t.hung {
		t.leaks = stillThere(label, realLinger)
	}
	t.look(d) // with what was under way when the client returned
	t.events = t.events.Until(t.ended)
	return t
}

// parallel is how many runs there may be at once.
func (o Options) parallel() int {
	switch {
	case o.Socket != "":
		return 1
	case o.Real:
		return realParallel
	case o.Isolate:
		return runtime.GOMAXPROCS(0)
	}
	return 0
}

// cap shortens the deadline of runs on the real clock so that all of them end
// before the test's own deadline, and says so.
func (c *court) cap() error {
	end, limited := c.t.Deadline()
	if !c.opts.Real || !limited {
		return nil
	}
	rounds := len(c.chosen)/max(c.opts.parallel(), 1) + 4 // two healthy runs and two silent ones are on their own
	share := time.Until(end)/time.Duration(rounds) - realGrace
	if share >= c.opts.Deadline {
		return nil
	}
	if share < 100*time.Millisecond {
		return fmt.Errorf("faulttest: the test's deadline is in %s, too soon for %d runs on the real clock: run it with a longer -timeout, or fewer faults",
			evidence.Brief(time.Until(end)), len(c.chosen)+4)
	}
	c.t.Logf("faulttest: the client has %s instead of %s for a run: the test's deadline is in %s (-timeout)",
		evidence.Brief(share), evidence.Brief(c.opts.Deadline), evidence.Brief(time.Until(end)))
	c.opts.Deadline = share
	return nil
}
