package check

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	"github.com/faultdaemon/toolkit/internal/session"
)

// A Session says how the sessions of a client are made.
type Session struct {
	// Recover is the time in which a call has to succeed when the daemon is healthy
	// again; 0 is DefaultRecover.
	Recover time.Duration
}

// sessionPause is how long a daemon and its client have for what they are about to do
// when a fault begins, or ends.
const sessionPause = 50 * time.Millisecond

// script returns the config of a run's daemon as it begins and, for a session, what is
// done in it.
func (r *runner) script(cfg faultdaemon.Config) (faultdaemon.Config, *session.Script, error) {
	if r.opts.Session == nil {
		return cfg, nil, nil
	}
	cfg, script, err := session.Healthy(cfg)
	return cfg, &script, err
}

// A conversation is a client that makes calls.
type conversation struct {
	*process
	runner *runner
	over   chan struct{} // closed when the process has ended, and is waited for
	kill   context.CancelFunc
}

// inSession runs the client once, in a session.
func (r *runner) inSession(ctx context.Context, d *faultdaemon.FaultDaemon, at address, script *session.Script, begun func()) (*verdict.Observation, error) {
	killing, kill := context.WithCancel(ctx)
	defer kill()
	p, err := r.start(killing, at)
	if err != nil {
		return nil, err
	}
	c := &conversation{process: p, runner: r, over: make(chan struct{}), kill: kill}
	go func() { // ends with the process
		defer close(c.over)
		p.wait()
	}()
	script.Daemon, script.Recover, script.Pause = d, r.opts.Session.Recover, sessionPause
	script.Make = func(i int, within time.Duration) session.Call {
		if i == 0 {
			defer begun()
		}
		return c.call(ctx, i, within)
	}
	failed := script.Run()
	if last := script.Last(); !last.Hung && !last.Over {
		if failing := c.end(ctx); failing.Failed() != nil {
			script.FailedAtEnd(failing.Hung, failing.Crash)
			failed = errors.Join(failed, fmt.Errorf("end: %w", failing.Failed()))
		}
	}
	kill()
	<-c.over
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	d.Stop() // so that what the client has caused is in the log
	o := r.observation(p, d, at)
	o.Err, o.Hung, o.Crash = failed, false, ""
	script.Take(o)
	return o, nil
}

// call has the client make a call, and waits for its answer, its end, or its deadline.
func (c *conversation) call(ctx context.Context, i int, within time.Duration) (made session.Call) {
	deadline := c.runner.opts.Deadline
	if i == 0 {
		deadline += c.runner.opts.StartTimeout
	}
	late := time.NewTimer(deadline)
	defer late.Stop()
	made.Began = time.Now()
	c.talk.ask(i)
	for ended := false; ; {
		a, answered := c.talk.next()
		switch {
		case answered:
			c.take(&made, a, within)
			return made
		case ended:
			c.ended(&made)
			return made
		}
		select {
		case <-c.talk.more:
		case <-c.over:
			ended = true
		case <-late.C:
			c.hung(&made)
			return made
		case <-ctx.Done():
			made.Hung = true
			return made
		}
	}
}

// take takes over an answer, which has to come within a time, if that is not 0.
func (c *conversation) take(made *session.Call, a answer, within time.Duration) {
	made.Ended = time.Now()
	took := made.Ended.Sub(made.Began)
	switch {
	case a.err != nil:
		made.Err = a.err
		made.Ending = fmt.Sprintf("answered the error %q after %s", a.err, verdict.Brief(took))
		return
	case within > 0 && took > within:
		made.Err = errors.New("it succeeded too late")
	}
	made.Answer = c.runner.opts.Compare(End{Stdout: []byte(a.text), Size: int64(len(a.text)), at: c.at})
	made.Ending = fmt.Sprintf("answered %q after %s", verdict.Clip(a.text), verdict.Brief(took))
}

// hung is a call that had not been answered at its deadline: the client is killed.
func (c *conversation) hung(made *session.Call) {
	made.Ended, made.Hung = time.Now(), true
	made.Ending = fmt.Sprintf("had not been answered after %s", verdict.Brief(made.Ended.Sub(made.Began)))
	c.kill()
	<-c.over
}

// ended is a call during which, or before which, the client has ended.
func (c *conversation) ended(made *session.Call) {
	made.Ended, made.Over = time.Now(), true
	made.Crash = c.crash()
	made.Err = fmt.Errorf("the client has ended: it %s", c.ending())
	made.Ending = "was not answered: the client " + c.ending()
}

// end closes the client's stdin, and waits for its end.
func (c *conversation) end(ctx context.Context) (made session.Call) {
	_ = c.talk.stdin.Close()
	late := time.NewTimer(c.runner.opts.Deadline)
	defer late.Stop()
	select {
	case <-c.over:
		made.Crash = c.crash()
	case <-late.C:
		made.Hung = true
	case <-ctx.Done():
	}
	return made
}
