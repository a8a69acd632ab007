package check

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A runner runs the client, each time against a daemon of its own. It may be
// used concurrently.
type runner struct {
	opts      Options
	dir       string // of the sockets
	addresses atomic.Int64
	starts    chan struct{} // one for each client that starts
	progress  tracker
	lost      func(from, to time.Time) time.Duration // to a busy machine, at most
}

// newRunner returns a runner that makes its sockets in a directory.
func newRunner(opts Options, dir string) *runner {
	return &runner{
		opts: opts.withDefaults(), dir: dir, starts: make(chan struct{}, runtime.GOMAXPROCS(0)),
		lost: func(from, to time.Time) time.Duration { return to.Sub(from) }, // nobody watches
	}
}

// observe runs the client once, under one fault.
func (r *runner) observe(ctx context.Context, fault faultdaemon.Fault) (*verdict.Observation, error) {
	cfg := r.opts.Config
	if r.opts.Plan != nil && fault != faultdaemon.FaultNone {
		cfg.Plan = r.opts.Plan(fault)
	} else {
		cfg.Fault = fault
	}
	return r.run(ctx, cfg)
}

// observeHealthy runs the client once without a fault, and returns what it sent
// that came to no whole message, too.
func (r *runner) observeHealthy(ctx context.Context) (*verdict.Observation, []byte, error) {
	cfg := r.opts.Config
	keeper := &unreadKeeper{Protocol: verdict.ProtocolOf(cfg)}
	if cfg.Upstream != nil {
		cfg.Tap = keeper.tap // its messages are read by the same protocol
	} else {
		cfg.Protocol = keeper
	}
	o, err := r.run(ctx, cfg)
	if err != nil {
		return nil, nil, err
	}
	o.Protocol = keeper.Protocol
	return o, keeper.kept(), nil
}

// run runs the client once, against a daemon with this config. A client that
// cannot be started is an error, and ctx's end.
func (r *runner) run(ctx context.Context, cfg faultdaemon.Config) (*verdict.Observation, error) {
	if r.opts.NewRespond != nil {
		respond, err := r.opts.NewRespond()
		if err != nil {
			return nil, err
		}
		cfg.Respond = respond
	}
	cfg, script, err := r.script(cfg)
	if err != nil {
		return nil, err
	}
	pace := new(verdict.Pace)
	d, at, err := r.listen(pace.Watch(cfg))
	if err != nil {
		return nil, err
	}
	defer d.Stop()
	remove, err := r.writeConfigs(at)
	if err != nil {
		return nil, err
	}
	defer remove()
	end, err := r.launcher(d, &at)
	if err != nil {
		return nil, err
	}
	defer end()
	begun := r.begin()
	defer begun()
	if script != nil {
		o, err := r.inSession(ctx, d, at, script, begun)
		if err != nil {
			return nil, err
		}
		o.Pace = pace
		return o, nil
	}
	deadline, cancel := withDeadline(ctx, d, begun, r.opts.StartTimeout, r.opts.Deadline)
	defer cancel()
	p, err := r.start(deadline, at)
	if err != nil {
		return nil, err
	}
	p.wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	d.Stop() // so that what the client has caused is in the log
	o := r.observation(p, d, at)
	o.Pace = pace
	return o, nil
}

// begin waits until no more clients start than there are processors: to start is
// most of what a program computes, and what comes after it is timed. The function
// that it returns says that this one has started.
func (r *runner) begin() (begun func()) {
	r.starts <- struct{}{}
	return sync.OnceFunc(func() { <-r.starts })
}

// observation is what the end of a process and its daemon tell.
func (r *runner) observation(p *process, d *faultdaemon.FaultDaemon, at address) *verdict.Observation {
	o := &verdict.Observation{
		Started: p.started, Ended: p.ended, Hung: p.killed, Crash: p.crash(), Leaks: p.leaks, Memory: p.memory,
		Processor: p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime(),
		Answer:    r.opts.Compare(p.end(at)), Spawned: r.opts.Server != nil, Address: at.addr(),
	}
	o.Observe(d)
	o.TimedFrom = o.Log.Began()
	if at.evidence != nil {
		o.Evidence = at.evidence()
	}
	if p.exit != 0 {
		o.Err = verdict.ExitStatus(p.exit)
	}
	o.Ending = fmt.Sprintf("%s after %s", p.ending(), verdict.Brief(o.Took()))
	for _, out := range []struct {
		name string
		*output
	}{{"the client's stderr", &p.stderr}, {"the client's stdout", &p.stdout}} {
		if lines := out.lines(); len(lines) > 0 {
			o.Output = append(o.Output, verdict.Output{Name: out.name, Lines: clipped(lines)})
		}
	}
	return o
}

// clipped are the first and the last of many lines, and of each no more than
// its beginning: a client may print without end.
func clipped(lines []string) []string {
	const enough, wide = 40, 1000
	kept := lines
	if more := len(lines) - 2*enough; more > 0 {
		kept = slices.Concat(lines[:enough], []string{fmt.Sprintf("... %d more lines ...", more)}, lines[len(lines)-enough:])
	}
	kept = slices.Clone(kept)
	for i, line := range kept {
		if more := len(line) - wide; more > 0 {
			kept[i] = fmt.Sprintf("%s... %d more bytes", line[:wide], more)
		}
	}
	return kept
}

// withDeadline returns a context that ends so long after the daemon's first
// connection or, where there is none within the start timeout, then: what a
// program does before it connects is no part of what is judged. With the connection
// it calls begun.
func withDeadline(ctx context.Context, d *faultdaemon.FaultDaemon, begun func(), start, deadline time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		starting, connected := context.WithTimeout(ctx, start)
		defer connected()
		if d.WaitForConnections(starting, 1) != nil {
			return
		}
		begun()
		select {
		case <-time.After(deadline):
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
