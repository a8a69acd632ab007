package faulttest

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/respawn"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// spawnDeadline is the default Deadline of Spawn. Each silent fault takes as long.
const spawnDeadline = 300 * time.Millisecond

// Spawn runs a client that starts its own server, under every fault that the
// config's daemon can have, each in a subtest named after the fault, and fails the
// subtests whose result fails. Beside the faults of the core and of the protocol
// these are those of processes, [stdio.Faults], which need not be in the config.
//
// The client is given a command that was not started. It starts it as its server,
// speaks over its stdin and stdout, does what it always does, ends it, and returns
// the answer or an error. It may start it more than once: exec.Command with its
// Path, and the rest of its Args.
//
// The command is the test binary itself, which runs only this test, up to Spawn:
// there it becomes the server and does not return. What the test does before Spawn
// therefore happens in each server too, and must not print.
//
// A process that is alive half a second after the client has returned is leaked: the
// result shows its command line. It is killed, as is every other process of the run
// when that ends, also if the client hangs. On other systems than Linux a process
// that is left is not seen; it ends when the run does.
//
// Runs take real time, several at once. One whose result fails, and may do so only
// because the machine was busy, is repeated alone, three times at most, and the last
// run counts.
//
// Options have the same meaning as for [Run] with Real. Deadline is 300 ms if it is
// 0, in which a client must have started its server. A client that restarts without
// a pause has Spun only if it has time for more than 10 starts. Isolate and Socket
// are errors.
func Spawn[T any](t *testing.T, cfg faultdaemon.Config, client func(ctx context.Context, server *exec.Cmd) (T, error), opts *Options) {
	t.Helper()
	respawn.Serve()
	r, err := newSpawnRunner(t, cfg, starting(client), opts)
	if err != nil {
		t.Fatal(err)
	}
	r.run()
}

// JudgeSpawn runs the client as [Spawn] does and returns the report, without failing
// the test.
func JudgeSpawn[T any](t *testing.T, cfg faultdaemon.Config, client func(ctx context.Context, server *exec.Cmd) (T, error), opts *Options) Report {
	t.Helper()
	respawn.Serve()
	r, err := newSpawnRunner(t, cfg, starting(client), opts)
	if err != nil {
		return Report{Err: err}
	}
	return r.judgeAll()
}

// starter is a client that starts its server, whatever the type of its answer.
type starter func(ctx context.Context, server *exec.Cmd) (any, error)

// starting is the client without the type of its answer.
func starting[T any](f func(context.Context, *exec.Cmd) (T, error)) starter {
	return func(ctx context.Context, server *exec.Cmd) (any, error) { return f(ctx, server) }
}

// newSpawnRunner is newFaultRunner for a client that starts its server.
func newSpawnRunner(t *testing.T, cfg faultdaemon.Config, client starter, options *Options) (*runner, error) {
	var opts Options
	if options != nil {
		opts = *options
	}
	switch {
	case opts.Isolate:
		return nil, errors.New("faulttest: Options.Isolate is set: Spawn runs the client in this process, only its server is another; leave it out")
	case opts.Socket != "":
		return nil, fmt.Errorf("faulttest: Options.Socket is %q: the client of Spawn starts its server and has no socket; leave it out", opts.Socket)
	}
	opts.Real, opts.spawns = true, true
	if opts.Deadline == 0 {
		opts.Deadline = spawnDeadline
	}
	if !slices.Contains(cfg.Catalogues, stdio.Faults) {
		cfg.Catalogues = append(slices.Clone(cfg.Catalogues), stdio.Faults)
	}
	command, err := respawn.Command(t)
	if err != nil {
		return nil, fmt.Errorf("faulttest: this test binary cannot be found, to start it as the server: %w", err)
	}
	r, err := newFaultRunner(t, cfg, nil, 0, &opts)
	if err != nil {
		return nil, err
	}
	r.starter, r.command = client, command
	return r, nil
}
