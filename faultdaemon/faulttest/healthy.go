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
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// neverDialled is why nothing can be found out about a client.
const neverDialled = "the client never dialled the daemon: use dial or SocketPath(ctx)"

// A patience is how long a client waits in a silence until it gives up by
// itself; 0 is for ever.
type patience struct {
	Reply   time.Duration // for what a request is to bring
	Service time.Duration // on a connection that is not served
}

// learn returns the judge of this client: it runs it twice without a fault,
// and measures its patience.
func (c *court) learn() (*judge, error) {
	if c.opts.Isolate {
		return c.learnElsewhere()
	}
	j, err := c.healthy()
	if err == nil {
		j.patience = c.patience()
	}
	return j, err
}

// patience runs the client under the two faults that are nothing but silent.
func (c *court) patience() patience {
	return patience{Reply: c.waits(faultdaemon.FaultHangBeforeResponse), Service: c.waits(faultdaemon.FaultHangOnAccept)}
}

// waits is how long the client waits under a fault that makes no end.
func (c *court) waits(f faultdaemon.Fault) time.Duration {
	hanging := c.cfg
	hanging.Fault = f
	silent := c.try(hanging)
	if silent.hung || silent.crash != "" || silent.err == nil {
		return 0
	}
	return silent.events.Waited(silent.started, silent.ended).Round(time.Microsecond)
}

// healthy runs the client twice without a fault, which gives the answer.
func (c *court) healthy() (*judge, error) {
	var runs [2]*trial
	for i := range runs {
		runs[i] = c.try(c.cfg)
		if err := c.wellBehaved(runs[i]); err != nil {
			return nil, err
		}
	}
	if err := c.distinct(runs[0]); err != nil {
		return nil, err
	}
	if !c.same(runs[0].answer, runs[1].answer) {
		return nil, fmt.Errorf("the daemon was healthy twice, and yet the client returned\n  first %#v\n  then  %#v\n"+
			"a verdict needs an answer that repeats: fix the client's clock or seed, leave out what changes, or set Options.Equal",
			runs[0].answer, runs[1].answer)
	}
	return &judge{
		answer: runs[0].answer, atOnce: c.atOnce > 0, equal: c.opts.Equal, does: runs[0].does | runs[1].does, owed: runs[0].events.Owed(),
		deadline: c.opts.Deadline, real: c.opts.Real, leaks: runs[0].leaks,
	}, nil
}

// same reports whether two healthy answers are: of calls at once, each.
func (c *court) same(one, two any) bool {
	if c.atOnce == 0 {
		return c.opts.Equal(one, two)
	}
	return slices.EqualFunc(one.([]any), two.([]any), c.opts.Equal)
}

// distinct returns an error unless the healthy answers of calls at once differ.
func (c *court) distinct(t *trial) error {
	if c.atOnce > 0 && len(t.attempts) == 0 {
		return errors.New("the client made no calls: hand them to atOnce")
	}
	for i, a := range t.attempts {
		for k, b := range t.attempts[:i] {
			if c.opts.Equal(a.answer, b.answer) {
				return fmt.Errorf("calls %d and %d have the same answer, %#v: ask for different things, or nobody can tell whether they were mixed up", k, i, a.answer)
			}
		}
	}
	return nil
}

// wellBehaved returns an error that shows what went between the client and a
// healthy daemon, unless all went well.
func (c *court) wellBehaved(t *trial) error {
	switch {
	case t.invalid != nil:
		return t.invalid
	case t.jammed:
		return errors.New("the daemon was healthy, and yet: " + jam)
	case t.crash == "" && !t.hung && t.err == nil && t.connections == 0:
		return errors.New(neverDialled)
	case t.crash == "" && !t.hung && t.err == nil:
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the daemon was healthy, and yet the client %s\n", t.ending())
	evidence.Section(&b, "what it sent", evidence.Requests(t.calls))
	evidence.Section(&b, "what the daemon did", t.events.Story(t.started))
	b.WriteString(c.cure(t))
	return errors.New(b.String())
}

// cure says what to do about a healthy run that failed.
func (c *court) cure(t *trial) string {
	switch {
	case t.crash != "":
		return "a client returns its errors: what it does to the test or to its goroutine is a crash"
	case t.connections == 0:
		return neverDialled
	case len(t.calls) == 0:
		return "no whole request arrived: does Config.Protocol speak what the client speaks?"
	}
	unfinished := c.unfinished()
	switch {
	case unfinished != nil:
		return fmt.Sprintf("the config's handler replies %s, which is no whole message of %T: nothing ends it", evidence.Quote(unfinished), protocolOf(c.cfg))
	case c.cfg.ResponseHandler == nil && c.cfg.Respond == nil:
		return "requests are echoed: set Config.ResponseHandler to reply what this client expects"
	}
	return "see that the config's handler replies what this client expects"
}

// unfinished returns a reply of the config's handler that ends inside a message,
// nil where there is none.
func (c *court) unfinished() []byte {
	for _, r := range c.record() {
		messages := faultdaemon.Messages(protocolOf(c.cfg), r)
		if len(messages) == 0 {
			continue
		}
		last := messages[len(messages)-1]
		_, err := protocolOf(c.cfg).ReadMessage(bufio.NewReader(bytes.NewReader(last)), len(last))
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return r
		}
	}
	return nil
}

// ending says how the client ended.
func (t *trial) ending() string {
	switch {
	case t.crash != "":
		return "crashed: " + t.crash
	case t.jammed:
		return "never returned: " + jam
	case t.hung:
		return fmt.Sprintf("had not returned after %s", evidence.Brief(t.took()))
	case t.err != nil:
		return fmt.Sprintf("returned the error %q after %s", t.err, evidence.Brief(t.took()))
	}
	return fmt.Sprintf("returned %s after %s", evidence.Clip(fmt.Sprintf("%#v", t.answer)), evidence.Brief(t.took()))
}
