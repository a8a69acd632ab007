package faulttest

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A runner runs one client under faults. It belongs to one call of Run, Judge
// and their like.
type runner struct {
	t        *testing.T // whose name is the test's
	cfg      faultdaemon.Config
	client   client
	starter  starter  // instead of client: it starts its server
	command  []string // of that server
	opts     Options
	cases    []verdict.Case
	left     []NotApplicable
	baseline *verdict.Baseline
	runs     sync.WaitGroup // that take real time
	alone    sync.RWMutex   // held for writing by a run that is repeated alone
	number   int            // of this call, among those of the same test
	calls    int            // how many calls the client makes at once; 0 for one that does not
	measured bool           // this process is for one run, whose memory is measured
}

// newRunner returns a runner that has no faults yet.
func newRunner(t *testing.T, cfg faultdaemon.Config, client client, options *Options) (*runner, error) {
	opts := options.withDefaults()
	if err := opts.check(cfg); err != nil {
		return nil, err
	}
	if cfg.Seed == 0 {
		cfg.Seed = 1 // so that runs repeat
	}
	return &runner{t: t, cfg: cfg, client: client, opts: opts}, nil
}

// newFaultRunner returns a runner that has its faults, for a client that makes
// so many calls at once, or 0.
func newFaultRunner(t *testing.T, cfg faultdaemon.Config, client client, calls int, options *Options) (*runner, error) {
	r, err := newRunner(t, cfg, client, options)
	if err != nil {
		return nil, err
	}
	r.calls = calls
	if err := r.choose(); err != nil {
		return nil, err
	}
	if err := r.openBaseline(); err != nil {
		return nil, err
	}
	if err := r.cap(); err != nil || !r.opts.Isolate {
		return r, err
	}
	r.number = numberOf(t)
	if a, err := assigned(); err != nil || a != nil {
		return r, errors.Join(err, r.carryOut(a))
	}
	return r, nil
}

// choose finds the faults to run, in order, and those that do not apply to the
// protocol.
func (r *runner) choose() error {
	if !r.opts.spawns {
		r.cfg.Catalogues = withListen(r.cfg.Catalogues)
	}
	known, err := verdict.Catalogue(r.cfg)
	if err != nil {
		return fmt.Errorf("faulttest: %w", err)
	}
	r.cases = verdict.All(known)
	if len(r.opts.Only) > 0 {
		if r.cases, err = verdict.Named(known, r.opts.Only); err != nil {
			return fmt.Errorf("faulttest: Options.Only: %w%s", err, r.hint(err))
		}
	}
	if r.cases, err = verdict.Without(known, r.cases, r.opts.Skip); err != nil {
		return fmt.Errorf("faulttest: Options.Skip: %w", err)
	}
	if r.cases, r.left, err = verdict.Applicable(r.cases, verdict.ProtocolOf(r.cfg)); err != nil {
		return fmt.Errorf("faulttest: %w", err)
	}
	return nil
}

// hint says where a fault that is not known here belongs; "" where nobody knows it.
func (r *runner) hint(err error) string {
	var unknown *faultdaemon.UnknownFaultError
	if r.opts.spawns || !errors.As(err, &unknown) {
		return ""
	}
	if _, found := stdio.Faults.Lookup(unknown.Fault); !found {
		return ""
	}
	return "; it is one of a server that the client starts: run it with Spawn"
}

// withListen are catalogues with the faults of a daemon's life, which every client
// that connects is judged under.
func withListen(list []*faultdaemon.Catalogue) []*faultdaemon.Catalogue {
	if slices.Contains(list, listen.Faults) {
		return list
	}
	return append(slices.Clone(list), listen.Faults)
}

// openBaseline reads Options.Baseline, if there is one.
func (r *runner) openBaseline() (err error) {
	if r.opts.Baseline == "" {
		return nil
	}
	update := os.Getenv("FAULTDAEMON_UPDATE") == "1"
	if r.baseline, err = verdict.OpenBaseline(r.opts.Baseline, r.opts.Strict, update); err != nil {
		return fmt.Errorf("faulttest: Options.Baseline: %w: FAULTDAEMON_UPDATE=1 writes it", err)
	}
	return nil
}

// accept compares a result with what is known of it.
func (r *runner) accept(res Result) Result {
	res, listed := verdict.Accept(r.opts.Known, "Options.Known", res)
	if listed {
		return res
	}
	return r.baseline.Accept(res)
}

// judgeAll runs the client under every fault.
func (r *runner) judgeAll() Report {
	known, err := r.learn()
	if err != nil {
		return Report{NotApplicable: r.left, Err: fmt.Errorf("faulttest: %w", err)}
	}
	report := r.report(known)
	defer r.runs.Wait()
	get := r.prepare(known, func(verdict.Case) bool { return true })
	for i := range r.cases {
		report.Results = append(report.Results, r.accept(get(i)))
	}
	if err := r.baseline.Save(); err != nil {
		report.Err = fmt.Errorf("faulttest: Options.Baseline: %w", err)
	}
	return report
}

// report returns what is known before the first fault.
func (r *runner) report(known *verdict.Client) Report {
	return Report{NotApplicable: r.left, Patience: known.Patience.Reply, Leaks: known.HealthyLeaks()}
}

// prepare returns a function that returns the result of a case, by number. In
// virtual time it runs the client when it is asked; what takes real time begins
// now, several runs at once, for the cases that are wanted.
func (r *runner) prepare(known *verdict.Client, wanted func(verdict.Case) bool) func(i int) Result {
	one := func(i int) Result { return r.judge(known, r.cases[i]) }
	parallel := r.opts.parallel()
	if parallel == 0 {
		return one
	}
	if r.opts.Isolate {
		one = func(i int) Result { return r.isolated(known, r.cases[i]) }
	}
	slots := make(chan struct{}, parallel)
	ready := make([]chan Result, len(r.cases))
	for i, c := range r.cases {
		if !wanted(c) {
			continue
		}
		ready[i] = make(chan Result, 1)
		r.runs.Go(func() { // ends with its run
			slots <- struct{}{}
			defer func() { <-slots }()
			ready[i] <- one(i)
		})
	}
	return func(i int) Result {
		if ready[i] == nil {
			return one(i)
		}
		return <-ready[i]
	}
}

// observe runs the client once. An error says why there was no daemon.
func (r *runner) observe(cfg faultdaemon.Config) (*observation, error) {
	if r.calls > 0 {
		cfg = unhurried(cfg, time.Duration(r.calls)*r.opts.stagger())
	}
	before := r.memory()
	var open descriptors // before the run, of a process that has nothing else to do
	if r.opts.isolated {
		open = openDescriptors()
	}
	o, err := r.observeAt(cfg)
	if err != nil {
		return o, err
	}
	if r.measured {
		o.Memory = r.memory() - before
	}
	if r.opts.isolated && !o.Hung {
		o.Leaks = append(o.Leaks, open.opened(realLinger)...)
	}
	return o, nil
}

func (r *runner) observeAt(cfg faultdaemon.Config) (*observation, error) {
	switch {
	case r.starter != nil:
		return asServer(r.starter, r.command, cfg, r.opts)
	case r.opts.session != nil:
		return r.inSession(cfg)
	case r.opts.Real:
		return inReal(r.client, cfg, r.opts)
	}
	late := lateness * time.Duration(max(r.calls, 1))
	return runInBubble(r.t, r.client, cfg, r.opts.Deadline, watchdog, late, allStacks)
}
