// Package check puts a client program through every fault and judges it: a
// daemon of its own for each run, on a fresh Unix socket, and a verdict from
// how the client exits, what it prints and when.
package check

import (
	"context"
	"os"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The defaults of Options.
const (
	DefaultDeadline = 10 * time.Second
	DefaultParallel = 8
)

// Options say what is checked, and how.
type Options struct {
	// Client is the program and its arguments. "{socket}" in any of them
	// becomes the path of the daemon's socket, which FAULTDAEMON_SOCKET in
	// its environment names too.
	Client []string

	// Reply is what a healthy daemon replies to every request, framing
	// included; nil echoes the requests.
	Reply []byte

	// Only are the faults to check, in this order; none stands for the
	// whole built-in catalogue. Skip are left out: a name without arguments
	// stands for the fault whatever its arguments.
	Only, Skip []faultdaemon.Fault

	// Deadline is how long the client may run before it is killed, from its
	// first connection, or from its start as long as it has not connected; 0
	// is DefaultDeadline.
	Deadline time.Duration

	// Parallel is how many clients run at once; 0 is DefaultParallel.
	Parallel int

	// Progress, if not nil, is told how many of the runs under faults are
	// done, one call at a time. The total grows by the runs that are repeated.
	Progress func(done, total int)
}

// Run checks the client. It runs it twice against a healthy daemon, which
// gives the answer that the others are compared with, then under every fault,
// several at once; the runs under hang_before_response and hang_on_accept tell
// how long the client waits by itself. Where a verdict is wrong and a busy
// machine may have made it so, the fault is run again, alone. What is wrong with
// the options is an error, as is a healthy run that fails or does not repeat its
// output; a wrong verdict is none.
//
// When ctx ends, the clients are killed with their process groups, and its
// error is returned. Whatever happens, no file is left.
func Run(ctx context.Context, opts Options) (*Report, error) {
	chosen, err := choose(opts.Only, opts.Skip)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "fd") // short: a socket's path may have about a hundred bytes
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if opts.Deadline == 0 {
		opts.Deadline = DefaultDeadline
	}
	if opts.Parallel == 0 {
		opts.Parallel = DefaultParallel
	}
	b := &bench{opts: opts, dir: dir}
	healthy, err := b.healthy(ctx)
	if err != nil {
		return nil, err
	}
	s, err := b.atOnce(ctx, withSilences(chosen))
	if err != nil {
		return nil, err
	}
	if err := b.again(ctx, healthy, s); err != nil {
		return nil, err
	}
	j := s.judge(healthy, opts.Deadline)
	report := &Report{Patience: j.patience, Deadline: opts.Deadline}
	for i := range chosen {
		report.Results = append(report.Results, s.result(j, i))
	}
	return report, nil
}
