// Package check puts a client program through every fault and judges it: a
// daemon of its own for each run, on a fresh Unix socket, and a verdict from
// how the client exits, what it prints and when.
package check

import (
	"context"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

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

	// Deadline is how long one run of the client may take before it is
	// killed; 0 is DefaultDeadline.
	Deadline time.Duration

	// Parallel is how many clients run at once; 0 is DefaultParallel.
	Parallel int

	// Progress, if not nil, is told how many of the runs are done, one call
	// at a time.
	Progress func(done, total int)
}

// Run checks the client. It runs it twice against a healthy daemon, which
// gives the answer that the others are compared with, then under every fault;
// the run under hang_before_response tells how long the client waits by
// itself. What is wrong with the options is an error, as is a healthy run
// that fails or does not repeat its output; a wrong verdict is none.
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
	trials, hanging, err := b.faulty(ctx, chosen)
	if err != nil {
		return nil, err
	}
	j := newJudge(healthy, hanging, opts.Deadline)
	report := &Report{Patience: j.patience, Deadline: opts.Deadline}
	for i, c := range chosen {
		report.Results = append(report.Results, j.result(c, trials[i]))
	}
	return report, nil
}

// faulty runs the client under every chosen fault, several at once, and under
// hang_before_response.
func (b *bench) faulty(ctx context.Context, chosen []choice) (trials []*trial, hanging *trial, err error) {
	var all []faultdaemon.Fault
	for _, c := range chosen {
		all = append(all, c.fault)
	}
	hang := slices.Index(all, faultdaemon.FaultHangBeforeResponse)
	if hang < 0 {
		hang = len(all)
		all = append(all, faultdaemon.FaultHangBeforeResponse)
	}
	trials = make([]*trial, len(all))
	done := b.count(len(all))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(b.opts.Parallel)
	for i, fault := range all {
		g.Go(func() (err error) {
			if trials[i], err = b.try(ctx, fault); err != nil {
				return fmt.Errorf("%s: %w", fault, err)
			}
			done()
			return nil
		})
	}
	err = g.Wait()
	return trials, trials[hang], err
}

// count returns a function that reports one more run done.
func (b *bench) count(total int) func() {
	if b.opts.Progress == nil {
		return func() {}
	}
	var mu sync.Mutex
	n := 0
	b.opts.Progress(n, total)
	return func() {
		mu.Lock()
		defer mu.Unlock()
		n++
		b.opts.Progress(n, total)
	}
}
