// Package exampletest tests the [faultdaemon.Example]s of faults against a real
// daemon: in memory in virtual time, on a Unix socket and on TCP, or with a process
// that is spawned, and once more with the fault switched off. The tests that
// faultgen generates call [Run] or [RunSpawned].
package exampletest

import (
	"strconv"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Case is a fault and the examples of what a client sees of it.
type Case struct {
	Fault    faultdaemon.Fault
	Examples []faultdaemon.Example

	// Protocol is what these examples speak; nil: what the config says.
	Protocol faultdaemon.Protocol
}

// Run runs every example of every case, as subtests of t named
// fault/example/transport. Each run has a daemon of its own with this config,
// the example's fault and a handler that returns the example's Reply. Examples
// that take no longer than 500 ms run on a Unix socket and on TCP too.
//
// A fault all of whose examples also pass with the fault switched off fails:
// they would not notice if it did nothing. So does an empty list of cases or of
// examples.
func Run(t *testing.T, cfg faultdaemon.Config, cases []Case) {
	t.Helper()
	run(t, cfg, cases, connecting{})
}

// A client is how examples are run.
type client interface {
	// accepts returns nil where it can run an example.
	accepts(faultdaemon.Example) error

	// run runs an example as subtests of t.
	run(t *testing.T, e example)

	// failsWithoutFault reports whether an example fails on a daemon whose fault
	// is switched off.
	failsWithoutFault(t *testing.T, e example) bool
}

func run(t *testing.T, cfg faultdaemon.Config, cases []Case, by client) {
	t.Helper()
	if len(cases) == 0 {
		t.Fatal("exampletest: there are no cases: add one, for this test would pass whatever the daemon does")
	}
	for _, c := range cases {
		t.Run(string(c.Fault), func(t *testing.T) {
			t.Parallel()
			c.run(t, cfg, by)
		})
	}
}

func (c Case) run(t *testing.T, cfg faultdaemon.Config, by client) {
	if len(c.Examples) == 0 {
		t.Fatalf("%s has no examples: add one that a healthy daemon fails", c.Fault)
	}
	if c.Protocol != nil {
		cfg.Protocol = c.Protocol
	}
	faultShows := false
	for i, documented := range c.Examples {
		ex, err := parse(cfg, c.Fault, documented)
		if err == nil {
			err = by.accepts(documented)
		}
		if err != nil {
			t.Fatalf("example %d: %v", i, err)
		}
		t.Run(strconv.Itoa(i), func(t *testing.T) { by.run(t, ex) })
		faultShows = faultShows || by.failsWithoutFault(t, ex)
	}
	if !faultShows {
		t.Errorf("every example of %s passes with the fault switched off: add one that a healthy daemon fails", c.Fault)
	}
}
