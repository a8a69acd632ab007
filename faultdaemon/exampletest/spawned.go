package exampletest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/respawn"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// RunSpawned is [Run] for faults of servers that their client spawns: each run has
// a process of its own, which is this test binary once more, up to this call. It
// has to be the first thing that the test does. Time is real: After is the least
// that it may be.
//
// A process that is alive when its example is over, and is not said to outlive it,
// has to exit with status 0 when its client leaves. None is left after an example.
func RunSpawned(t *testing.T, cfg faultdaemon.Config, cases []Case) {
	respawn.Serve()
	t.Helper()
	command, err := respawn.Command(t)
	if err != nil {
		t.Fatal(err)
	}
	run(t, cfg, cases, spawning{command, clientWait, quiet})
}

// spawning is a client that spawns its server.
type spawning struct {
	command []string
	most    time.Duration // to wait for what must come
	quiet   time.Duration // in which nothing happens, before a process counts as one that does no more
}

// patience is how long an example waits: for what any server does, for what only its
// fault does, and for what its fault keeps from happening.
type patience struct{ most, comes, stays, quiet time.Duration }

func (spawning) accepts(faultdaemon.Example) error { return nil }

func (s spawning) run(t *testing.T, e example) {
	t.Run(string(spawned), func(t *testing.T) {
		if err := s.check(t, e, patience{most: s.most, comes: s.most, stays: s.quiet, quiet: s.quiet}); err != nil {
			t.Error(err)
		}
	})
}

// failsWithoutFault knows that a healthy server does not do what an example says of
// a fault, and ends where that has its server live on.
func (s spawning) failsWithoutFault(t *testing.T, e example) bool {
	e.cfg.Fault = faultdaemon.FaultNone
	return s.check(t, e, patience{most: s.most, comes: s.quiet, stays: s.most, quiet: s.quiet}) != nil
}

// check runs the example against a daemon and processes of its own. Its error says
// what differs from the example.
func (s spawning) check(t *testing.T, e example, wait patience) (err error) {
	l, err := stdio.Listen(tempSocket(t), s.command...)
	if err != nil {
		return err
	}
	cfg, reply := e.replying()
	d := faultdaemon.New("", cfg)
	if err := d.StartOn(l); err != nil {
		return err
	}
	var processes []*process
	defer func() {
		d.Stop() // which ends processes that hold pipes open for others
		for _, p := range processes {
			err = errors.Join(err, p.end())
		}
	}()
	var last *process
	for n := range e.connections {
		last, err = spawn(l.Command())
		if err != nil {
			return e.exchanges[0].compareStart(d, err)
		}
		processes = append(processes, last)
		if err := last.awaitConnection(d, n+1); err != nil {
			return fmt.Errorf("%w\nthe daemon's events:\n%s", err, eventLog(d))
		}
	}
	if fails := e.exchanges[0].fails; strings.HasPrefix(fails, "start: ") {
		return fmt.Errorf("the client's start succeeds, want %s", fails)
	}
	c := conversation{daemon: d, process: last, wait: wait, connection: int64(e.connections)}
	for i, x := range e.exchanges {
		reply.Store(&x.reply)
		if err := c.exchange(x); err != nil {
			return fmt.Errorf("exchange %d: %w\nthe daemon's events:\n%s", i+1, err, eventLog(d))
		}
	}
	return c.end(e)
}

// compareStart compares a start that has failed.
func (x exchange) compareStart(d *faultdaemon.FaultDaemon, err error) error {
	if got := "start: " + errno(err); got != x.fails {
		return fmt.Errorf("the client's start fails: %w; want %s", err, orNothing(x.fails))
	}
	return compareCalls(d, x.calls)
}

// awaitConnection waits until the daemon has the nth process.
func (p *process) awaitConnection(d *faultdaemon.FaultDaemon, n int) error {
	ctx, cancel := context.WithTimeout(context.Background(), clientWait)
	defer cancel()
	defer context.AfterFunc(p.gone, cancel)()
	if err := d.WaitForConnections(ctx, n); err != nil && d.ConnectionCount() < int64(n) {
		return fmt.Errorf("process %d has not come to the daemon (%s): %w", n, p.status(), err)
	}
	return nil
}
