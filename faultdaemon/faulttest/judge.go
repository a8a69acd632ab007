package faulttest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Judge runs the client as [Run] does and returns what it found out, without
// failing the test. It is for tests of its own about the verdicts, and for
// tables and files that are made of them.
//
// With Options.Isolate, the test runs up to this call in other processes as well,
// in which calls before this one return a report without results.
func Judge[T any](t *testing.T, cfg faultdaemon.Config, client func(context.Context, Dialer) (T, error), opts *Options) Report {
	t.Helper()
	c, err := newCourt(t, cfg, erased(client), 0, opts)
	switch {
	case errors.Is(err, errElsewhere):
		return Report{elsewhere: true}
	case err != nil:
		return Report{Err: err}
	}
	return c.judgeAll()
}

// erased is the client without the type of its answer.
func erased[T any](f func(context.Context, Dialer) (T, error)) client {
	return func(ctx context.Context, dial Dialer) (any, error) { return f(ctx, dial) }
}

// A court judges one client. It belongs to one Run or Judge.
type court struct {
	t       *testing.T // whose name is the test's
	cfg     faultdaemon.Config
	client  client
	opts    Options
	chosen  []choice
	left    []NotApplicable
	records *records
	runs    sync.WaitGroup // that take real time
	number  int            // of this call, among those of the same test
	atOnce  int            // how many calls the client makes at once; 0 for one that does not
}

// convene returns a court that has no faults yet.
func convene(t *testing.T, cfg faultdaemon.Config, client client, options *Options) (*court, error) {
	opts := options.withDefaults()
	if err := opts.check(cfg); err != nil {
		return nil, err
	}
	if cfg.Seed == 0 {
		cfg.Seed = 1 // so that runs repeat
	}
	return &court{t: t, cfg: cfg, client: client, opts: opts}, nil
}

// newCourt returns a court that has its faults, for a client that makes so many
// calls at once, or 0.
func newCourt(t *testing.T, cfg faultdaemon.Config, client client, atOnce int, options *Options) (*court, error) {
	c, err := convene(t, cfg, client, options)
	if err != nil {
		return nil, err
	}
	c.atOnce = atOnce
	if c.chosen, c.left, err = choose(cfg, c.opts); err != nil {
		return nil, err
	}
	if c.records, err = newRecords(c.opts); err != nil {
		return nil, err
	}
	if err := c.cap(); err != nil || !c.opts.Isolate {
		return c, err
	}
	c.number = numberOf(t)
	if o, err := ordered(); err != nil || o != nil {
		return c, errors.Join(err, c.obey(o))
	}
	return c, nil
}

// judgeAll runs the client under every chosen fault.
func (c *court) judgeAll() Report {
	j, err := c.learn()
	if err != nil {
		return Report{NotApplicable: c.left, Err: fmt.Errorf("faulttest: %w", err)}
	}
	report := c.report(j)
	defer c.runs.Wait()
	get := c.prepare(j, func(choice) bool { return true })
	for i := range c.chosen {
		report.Results = append(report.Results, c.records.apply(get(i)))
	}
	if err := c.records.save(); err != nil {
		report.Err = fmt.Errorf("faulttest: Options.Baseline: %w", err)
	}
	return report
}

// report returns what is known before the first fault.
func (c *court) report(j *judge) Report {
	return Report{NotApplicable: c.left, Patience: j.patience.Reply, Leaks: j.leftHealthy()}
}

// prepare returns a function that returns the result of a choice, by number.
// In virtual time it runs the client when it is asked; what takes real time
// begins now, several runs at once, for the choices that are wanted.
func (c *court) prepare(j *judge, wanted func(choice) bool) func(i int) Result {
	parallel := c.opts.parallel()
	if parallel == 0 {
		return func(i int) Result { return c.judge(j, c.chosen[i]) }
	}
	one := func(i int) Result { return c.judge(j, c.chosen[i]) }
	if c.opts.Isolate {
		one = func(i int) Result { return c.isolated(j, i) }
	}
	slots := make(chan struct{}, parallel)
	ready := make([]chan Result, len(c.chosen))
	for i, ch := range c.chosen {
		if !wanted(ch) {
			continue
		}
		ready[i] = make(chan Result, 1)
		c.runs.Go(func() { // ends with its run
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

// judge runs the client under one fault.
func (c *court) judge(j *judge, ch choice) Result {
	cfg := c.cfg
	if c.opts.Plan != nil {
		cfg.Plan = c.opts.Plan(ch.fault)
	} else {
		cfg.Fault = ch.fault
	}
	t := c.try(cfg)
	if t.invalid != nil {
		return Result{Fault: ch.fault, Info: ch.info, Verdict: Untested, Why: t.invalid.Error()}
	}
	return j.result(ch, t)
}

// try runs the client once.
func (c *court) try(cfg faultdaemon.Config) *trial {
	if c.atOnce > 0 {
		cfg = unhurried(cfg, time.Duration(c.atOnce)*c.opts.stagger())
	}
	if c.opts.Real {
		return inReal(c.client, cfg, c.opts)
	}
	return inBubble(c.t, c.client, cfg, c.opts.Deadline, watchdog)
}
