package faulttest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// The times of a run in a bubble: virtual but for the watchdog's.
const (
	virtualDeadline = 5 * time.Second
	virtualGrace    = time.Minute
	watchdog        = 10 * time.Second
	slowest         = 12 // times the watchdog's is the longest run
)

// stall is what is said of a client that stopped virtual time.
const stall = "virtual time has stood still for 10 s of real time: the client waits for a sync.Mutex or for real I/O, or it spins; " +
	"Options.Real judges it on the real clock, and Options.Isolate in a process that can be killed"

// inBubble runs the client once, against a daemon with this config, in a
// bubble of its own. The bubble has a goroutine of its own as well: one in
// which time stands still is left behind when the watchdog's real time
// is over. An error says why there was no daemon.
func inBubble(t *testing.T, c client, cfg faultdaemon.Config, deadline, watchdog time.Duration) (*observation, error) {
	return runInBubble(t, c, cfg, deadline, watchdog, lateness, allStacks)
}

// runInBubble is inBubble with how late connections are served, and what reads all
// stacks: it is called only for a run that left a goroutine behind.
func runInBubble(t *testing.T, c client, cfg faultdaemon.Config, deadline, watchdog, late time.Duration, stacks func() string) (*observation, error) {
	o := new(observation) // like err, the run's own until it is over
	var err error
	var bubble string // its name, when its main function has returned
	var abandoned atomic.Bool
	var clock atomic.Int64 // virtual
	cfg.Trace = clocked(cfg.Trace, &clock)
	over := make(chan struct{})
	go func() {
		defer close(over)
		defer func() {
			switch v := recover(); {
			case v == nil:
			case !strings.HasPrefix(fmt.Sprint(v), "deadlock: "):
				o.Crash = fmt.Sprint("panic: ", v)
			case bubble != "": // the runtime's word for goroutines that are left blocked
				o.Leaks = append(o.Leaks, leftBehind(stacks(), bubble)...)
			}
		}()
		synctest.Test(t, func(*testing.T) {
			err = o.inMemory(untilAbandoned(c, &abandoned), cfg, deadline, late)
			bubble = ownBubble()
		})
	}()
	if passes(&clock, over, watchdog) {
		return o, err
	}
	abandoned.Store(true)
	left := &observation{stalled: true}
	left.Hung, left.Ending = true, "never returned: "+stall
	return left, nil
}

// clocked is a trace that keeps the virtual time of the newest event.
func clocked(trace func(faultdaemon.Event), clock *atomic.Int64) func(faultdaemon.Event) {
	return func(ev faultdaemon.Event) {
		clock.Store(ev.Time.UnixNano())
		if trace != nil {
			trace(ev)
		}
	}
}

// passes waits for the end of a run and reports whether it came, as long as
// the daemon sees virtual time go on: it stands still when that is the same for
// so much real time. A run that is only slow has longer, but not for ever.
func passes(clock *atomic.Int64, over <-chan struct{}, watchdog time.Duration) bool {
	tick := time.NewTicker(watchdog / 2)
	defer tick.Stop()
	last, same := int64(-1), 0
	for range 2 * slowest {
		select {
		case <-over:
			return true
		case <-tick.C:
		}
		now := clock.Load()
		if now != last {
			last, same = now, 0
			continue
		}
		if same++; same == 2 {
			return false
		}
	}
	return false
}

// inMemory is the bubble's main function.
func (o *observation) inMemory(c client, cfg faultdaemon.Config, deadline, late time.Duration) error {
	o.Pace = new(verdict.Pace)
	d := faultdaemon.New("", o.Pace.Watch(cfg))
	l := memnet.Listen()
	l.Late = late
	if err := d.StartOn(l); err != nil {
		return err
	}
	o.drive(c, d, refusedLate(d.Dial), deadline, virtualGrace, func() {
		<-time.After(late) // the daemon has then served what a client left behind that did not wait for it
		synctest.Wait()
	})
	return nil
}

// refusedLate is a Dialer that takes time to be refused, as the kernel does: the
// time of a client that tries again without a pause goes on.
func refusedLate(dial Dialer) Dialer {
	return func(ctx context.Context) (net.Conn, error) {
		conn, err := dial(ctx)
		if errno := syscall.Errno(0); errors.As(err, &errno) {
			<-time.After(refusal)
		}
		return conn, err
	}
}

// untilAbandoned is the client with a Dialer that ends the goroutine of one
// that was given up: else a client that reconnects without a pause would do so
// for as long as the process lives.
func untilAbandoned(c client, abandoned *atomic.Bool) client {
	return func(ctx context.Context, dial Dialer) (any, error) {
		return c(ctx, func(ctx context.Context) (net.Conn, error) {
			if abandoned.Load() {
				runtime.Goexit()
			}
			return dial(ctx)
		})
	}
}

// lateness is how long after they were dialed connections are served. Virtual time
// makes that nanosecond pass when the client waits for the daemon: it has written
// its first request by then, as it has on most real sockets, and on every run,
// whichever goroutine is scheduled first. With calls at once it is so much for each:
// all have begun then.
const lateness = time.Nanosecond

// refusal is how long a connect takes that is refused.
const refusal = 20 * time.Microsecond
