// Package check is the runner of client programs: each run has a daemon of its
// own at a fresh address and a process group of its own, and is judged by how
// the program exits, what it prints, when, and what it leaves behind.
package check

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// The defaults of Options.
const (
	DefaultDeadline     = 10 * time.Second
	DefaultStartTimeout = 10 * time.Second
	DefaultRecover      = 5 * time.Second
	DefaultJobs         = 8
)

// Options say what is checked, and how.
type Options struct {
	// Client is the program and its arguments. "{socket}", "{dir}", "{host}",
	// "{port}" and "{addr}" in any of them become the address of the run's
	// daemon.
	Client []string

	// Env are further variables of the client's environment, NAME=VALUE, with
	// the same placeholders in the value.
	Env []string

	// TCP has the daemon listen on TCP, on the loopback interface; otherwise
	// it listens on a Unix socket.
	TCP bool

	// Server is the command that the client is to spawn: a program that joins
	// the daemon whose socket is in the argument that is put behind it. nil: the
	// client connects by itself. "{server}" and "{server-json}" in Client and Env
	// stand for it.
	Server []string

	// Launcher is the command that launches a daemon for a client: a program that
	// asks the launcher whose socket is in the argument that is put behind it. nil: the
	// client launches none. "{launch}" and "{launch-json}" in Client and Env stand
	// for it.
	Launcher []string

	// Session, if not nil, has each run be a session: the client makes several calls,
	// one for each line that it reads.
	Session *Session

	// ConfigFiles are written before each run.
	ConfigFiles []ConfigFile

	// SocketName is the name of the Unix socket's file; empty is "s".
	SocketName string

	// Config is that of a healthy daemon.
	Config faultdaemon.Config

	// NewRespond, if not nil, makes the Config.Respond of each run's daemon.
	NewRespond func() (func(*faultdaemon.Exchange) ([]byte, error), error)

	// Reads says in words what the daemon reads, Replies where the healthy
	// replies come from, and Cure what to change where they do not suit the
	// client.
	Reads, Replies, Cure string

	// LooksLike, if not nil, says what the bytes that a client sends look
	// like where that is not what the daemon reads; "" where it is, or where
	// nobody knows.
	LooksLike func(sent []byte) string

	// Cases are the faults to run the client under, in this order.
	Cases []verdict.Case

	// Plan returns the plan for a fault; nil lets it act on every exchange.
	Plan func(faultdaemon.Fault) faultdaemon.Plan

	// Rules say how strictly the client is judged.
	Rules verdict.Rules

	// Accept, if not nil, is given every result and returns it as one that
	// passes or fails: it compares it with a baseline.
	Accept func(verdict.Result) verdict.Result

	// Compare says what of a run is its answer; nil is all of its stdout.
	Compare Compare

	// Deadline is how long the client may run from its first connection, or take for
	// a call of a session, before it is killed; 0 is DefaultDeadline. StartTimeout is how long it
	// may take to connect; 0 is DefaultStartTimeout.
	Deadline, StartTimeout time.Duration

	// Jobs is how many clients run at once; 0 is DefaultJobs.
	Jobs int

	// Progress, if not nil, is told how far the check is, one call at a time.
	Progress func(Progress)
}

func (o Options) withDefaults() Options {
	if o.Deadline == 0 {
		o.Deadline = DefaultDeadline
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = DefaultStartTimeout
	}
	if o.Session != nil && o.Session.Recover == 0 {
		o.Session = &Session{Recover: DefaultRecover}
	}
	if o.Jobs == 0 {
		o.Jobs = DefaultJobs
	}
	if o.SocketName == "" {
		o.SocketName = "s"
	}
	if o.Compare == nil {
		o.Compare = CompareStdout(nil)
	}
	return o
}

// Run checks the client. It runs it twice against a healthy daemon, which
// gives the answer that the others are compared with, then under every fault,
// several at once; the runs under hang_before_response and hang_on_accept tell
// how long the client waits by itself. Where a result fails and a busy machine
// may have made it so, the fault is run again, alone. A healthy run that fails or
// does not repeat its answer is a *HealthyError; a result that fails is none.
//
// When ctx ends, the clients are killed with their process groups, and the report
// of what is known comes with ctx's error. Whatever happens, no file is left.
func Run(ctx context.Context, opts Options) (verdict.Report, error) {
	dir, err := os.MkdirTemp("", "fd") // short: a socket's path may have about a hundred bytes
	if err != nil {
		return verdict.Report{}, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	r := newRunner(opts, dir)
	watching, stop := context.WithCancel(ctx)
	var watch sync.WaitGroup
	machine := new(pressure)
	r.lost = machine.lost
	watch.Go(func() { machine.watch(watching) })
	defer watch.Wait()
	defer stop()
	known, err := r.healthy(ctx)
	if err != nil {
		return verdict.Report{}, err
	}
	all := withSilences(r.opts.Cases)
	runs, err := r.all(ctx, all)
	if err == nil {
		err = r.rerun(ctx, known, runs)
	}
	return r.report(known, runs), err
}

// report judges the runs that were made.
func (r *runner) report(known *verdict.Client, runs *runs) verdict.Report {
	known = runs.client(known)
	report := verdict.Report{Patience: known.Patience.Reply, Leaks: known.HealthyLeaks()}
	for i := range r.opts.Cases {
		if runs.made[i] == nil {
			continue
		}
		res := runs.result(known, i)
		if r.opts.Accept != nil {
			res = r.opts.Accept(res)
		}
		report.Results = append(report.Results, res)
	}
	return report
}
