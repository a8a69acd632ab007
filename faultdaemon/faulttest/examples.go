package faulttest

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Case is one fault of a table test: what its catalogue says that a client
// sees.
type Case struct {
	Fault    faultdaemon.Fault
	Examples []faultdaemon.Example

	// Protocol is what these examples speak; nil: what the config says.
	Protocol faultdaemon.Protocol
}

// realTime is how long an example may take to be run on real sockets too.
const realTime = 500 * time.Millisecond

// Examples runs every example of every case against a daemon with this config
// and the example's fault: in memory in virtual time, and on a Unix socket and
// TCP where that takes less than half a second. The config's handler is
// replaced by one that returns the example's Reply.
//
// It also runs the examples with the fault switched off, and fails a fault all
// of whose examples pass then: they would prove nothing.
func Examples(t *testing.T, cfg faultdaemon.Config, cases []Case) {
	t.Helper()
	if len(cases) == 0 {
		t.Fatal("faulttest: there are no cases: a table test that runs nothing passes whatever happens")
	}
	for _, c := range cases {
		t.Run(string(c.Fault), func(t *testing.T) {
			t.Parallel()
			runCase(t, cfg, c)
		})
	}
}

func runCase(t *testing.T, cfg faultdaemon.Config, c Case) {
	if c.Protocol != nil {
		cfg.Protocol = c.Protocol
	}
	missed := 0
	for i, ex := range c.Examples {
		run, err := newRun(cfg, c.Fault, ex)
		if err != nil {
			t.Errorf("example %d: %v", i, err)
			continue
		}
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			if inMemory(t, run) && run.took() <= realTime {
				onSockets(t, run)
			}
		})
		healthy := run
		healthy.cfg.Fault = faultdaemon.FaultNone
		if healthyFails(t, healthy) {
			missed++
		}
	}
	if missed == 0 {
		t.Errorf("every example of %s passes with the fault switched off: none proves anything", c.Fault)
	}
}

// run is an example that is ready to run: its bytes decoded, its daemon
// configured.
type run struct {
	cfg   faultdaemon.Config
	conns int
	parts []part
}

// part is one exchange of an example.
type part struct {
	send, reply, got []byte
	after            time.Duration
	then             faultdaemon.End
	calls            int
	writes           int
}

func newRun(cfg faultdaemon.Config, fault faultdaemon.Fault, ex faultdaemon.Example) (run, error) {
	r := run{cfg: cfg, conns: max(ex.Conns, 1)}
	r.cfg.Fault = fault
	if ex.With != "" {
		r.cfg.Fault = fault + faultdaemon.Fault("("+ex.With+")")
	}
	for _, e := range append([]faultdaemon.Example{ex}, ex.More...) {
		p, err := newPart(e, ex.Hex)
		if err != nil {
			return run{}, err
		}
		r.parts = append(r.parts, p)
	}
	return r, nil
}

func newPart(ex faultdaemon.Example, isHex bool) (part, error) {
	p := part{after: ex.After, then: ex.Then, calls: ex.Calls, writes: ex.Writes}
	switch p.calls {
	case faultdaemon.NoCalls:
		p.calls = 0
	case 0:
		p.calls = 1
	}
	for _, text := range []struct {
		name string
		from string
		to   *[]byte
	}{{"Send", ex.Send, &p.send}, {"Reply", ex.Reply, &p.reply}, {"Got", ex.Got, &p.got}} {
		raw, err := decode(text.from, isHex)
		if err != nil {
			return part{}, fmt.Errorf("%s: %w", text.name, err)
		}
		*text.to = raw
	}
	return p, nil
}

// took is how long the example takes.
func (r run) took() time.Duration {
	var sum time.Duration
	for _, p := range r.parts {
		sum += p.after
	}
	return sum
}
