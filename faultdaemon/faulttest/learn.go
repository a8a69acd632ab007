package faulttest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// Why nothing can be found out about a function.
const (
	neverConnected = "the client never connected to the daemon: use dial or SocketPath(ctx)"
	neverStarted   = "the client never started its server: start the command that it is given"
)

// noConnection says what the client has to do to be judged.
func (r *runner) noConnection() string {
	if r.starter != nil {
		return neverStarted
	}
	return neverConnected
}

// learn returns what is known about this client before the first fault: it runs
// it twice without a fault, and measures its patience.
func (r *runner) learn() (*verdict.Client, error) {
	if r.opts.Isolate {
		return r.learnElsewhere()
	}
	known, err := r.healthy()
	if err == nil {
		known.Patience = r.patience(known)
	}
	return known, err
}

// patience runs the client under the two faults that are nothing but silent.
func (r *runner) patience(known *verdict.Client) verdict.Patience {
	silences := verdict.Silences()
	return verdict.Patience{Reply: r.waits(known, silences[0]), Service: r.waits(known, silences[1])}
}

// waits is how long the client waits under a fault that makes no end.
func (r *runner) waits(known *verdict.Client, f faultdaemon.Fault) time.Duration {
	silent := r.cfg
	silent.Fault = f
	o, err := r.observe(silent)
	if err != nil {
		return 0
	}
	return known.Waited(o.Observation)
}

// healthy runs the client twice without a fault, which gives the answer.
func (r *runner) healthy() (*verdict.Client, error) {
	var runs [2]*observation
	for i := range runs {
		o, err := r.observe(r.cfg)
		if err == nil {
			err = r.wellBehaved(o)
		}
		if err != nil {
			return nil, err
		}
		runs[i] = o
	}
	if err := r.distinct(runs[0]); err != nil {
		return nil, err
	}
	if !r.same(runs[0].Answer, runs[1].Answer) {
		return nil, fmt.Errorf("the daemon was healthy twice, and yet the client returned\n  first %#v\n  then  %#v\n"+
			"a verdict needs an answer that repeats: fix the client's clock or seed, leave out what changes, or set Options.Equal",
			runs[0].Answer, runs[1].Answer)
	}
	known := r.unknown()
	known.Answer = runs[0].Answer
	known.Learn(runs[0].Observation, runs[1].Observation)
	return known, nil
}

// unknown is a client of which nothing is known but what the options say.
func (r *runner) unknown() *verdict.Client {
	return &verdict.Client{Rules: r.opts.rules(), Equal: r.opts.Equal, Deadline: r.opts.Deadline, RealClock: r.opts.Real}
}

// same reports whether two healthy answers are: of calls at once, each.
func (r *runner) same(one, two any) bool {
	if r.calls == 0 && r.opts.session == nil {
		return r.opts.Equal(one, two)
	}
	return slices.EqualFunc(one.([]any), two.([]any), r.opts.Equal)
}

// distinct returns an error unless the healthy answers of calls at once differ.
func (r *runner) distinct(o *observation) error {
	if r.calls > 0 && len(o.Concurrent) == 0 {
		return errors.New("the client made no calls: hand them to atOnce")
	}
	made := o.Concurrent
	if o.Session != nil {
		made = o.Session.Calls
	}
	for i, a := range made {
		for k, b := range made[:i] {
			if r.opts.Equal(a.Answer, b.Answer) {
				return fmt.Errorf("calls %d and %d have the same answer, %#v: ask for different things, or nobody can tell whether they were mixed up", k, i, a.Answer)
			}
		}
	}
	return nil
}

// wellBehaved returns an error that shows what went between the client and a
// healthy daemon, unless all went well.
func (r *runner) wellBehaved(o *observation) error {
	switch {
	case o.stalled:
		return errors.New("the daemon was healthy, and yet: " + stall)
	case o.Crash == "" && !o.Hung && o.Err == nil && o.Connections == 0:
		return errors.New(r.noConnection())
	case o.Crash == "" && !o.Hung && o.Err == nil:
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the daemon was healthy, and yet the client %s\n", o.Ending)
	verdict.Section(&b, "what it sent", verdict.QuoteRequests(o.Requests))
	verdict.Section(&b, "what the daemon did", o.Log.Timeline(o.Started))
	b.WriteString(r.cure(o))
	return errors.New(b.String())
}

// cure says what to do about a healthy run that failed.
func (r *runner) cure(o *observation) string {
	switch {
	case o.Crash != "":
		return "a client returns its errors: what it does to the test or to its goroutine is a crash"
	case o.Connections == 0:
		return r.noConnection()
	case r.cfg.Upstream != nil:
		return "see that the daemon that Config.Upstream connects to runs, and that this client works with it"
	case len(o.Requests) == 0:
		return "no whole request arrived: does Config.Protocol speak what the client speaks?"
	}
	unfinished := r.unfinished()
	switch {
	case unfinished != nil:
		return fmt.Sprintf("the config's handler replies %s, which is no whole message of %T: nothing ends it", verdict.Quote(unfinished), verdict.ProtocolOf(r.cfg))
	case r.cfg.ResponseHandler == nil && r.cfg.Respond == nil:
		return "requests are echoed: set Config.ResponseHandler to reply what this client expects"
	}
	return "see that the config's handler replies what this client expects"
}

// unfinished returns a reply of the config's handler that ends inside a message,
// nil where there is none.
func (r *runner) unfinished() []byte {
	for _, reply := range r.record() {
		messages := faultdaemon.Messages(verdict.ProtocolOf(r.cfg), reply)
		if len(messages) == 0 {
			continue
		}
		last := messages[len(messages)-1]
		_, err := verdict.ProtocolOf(r.cfg).ReadMessage(bufio.NewReader(bytes.NewReader(last)), len(last))
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return reply
		}
	}
	return nil
}

// record runs the client once more against the healthy daemon and returns the R
// of every exchange that a fault could act on.
func (r *runner) record() [][]byte {
	var replies sweep.Recorder
	_, _ = r.observe(replies.Config(r.cfg)) // it has run like this before
	return replies.Replies()
}
