package faulttest

import (
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// Options change what [Run] and [Judge] do. Nil and the zero value are the
// same: every fault that applies, in memory, in virtual time.
type Options struct {
	// Deadline is what the client's context has; 0 is 5 s, and 1 s on the
	// real clock. A client that is not back a virtual minute later, or 2 s
	// on the real clock, has hung.
	Deadline time.Duration

	// Only are the faults to run, in this order, instead of all. One with
	// arguments runs as it stands and comes back unchanged in Result.Fault;
	// a name alone gets the arguments that its entry has for runs like these.
	Only []faultdaemon.Fault

	// Skip are faults that are left out: a name without arguments stands for
	// the fault whatever its arguments.
	Skip []faultdaemon.Fault

	// Equal reports whether an answer is as good as the healthy one; nil is
	// reflect.DeepEqual. It is for answers that hold a time or a number that
	// nobody can know.
	Equal func(healthy, got any) bool

	// Plan returns the plan for a fault; nil lets it act on every exchange.
	// faultdaemon.FirstN(1, f) judges whether a client that tries again
	// recovers.
	Plan func(faultdaemon.Fault) faultdaemon.Plan

	// Known are weaknesses that are known: their verdicts pass, and any other
	// fails.
	Known []Known

	// Baseline is a file of verdicts, which are taken like Known. A fault
	// that it does not have is marked as new and fails nothing unless Strict
	// is set. With FAULTDAEMON_UPDATE=1 in the environment the file is
	// written.
	Baseline string

	// Strict fails faults that the Baseline does not have as it fails others.
	// It says nothing about grades.
	Strict bool

	// StrictGrades fails results whose grade is lenient or late, which pass
	// otherwise.
	StrictGrades bool

	// Once picks the requests that must not be carried out twice, such as
	// jsonrpc.Method("tools/call"); nil picks none. A client that sends one
	// again although the daemon carried it out gets the verdict Repeated.
	Once faultdaemon.FaultMatcher

	// OnceIgnore are the names of JSON members, at any depth, in which a
	// request and its repetition may differ: times and the like. The
	// request's own "id" and "seq", and "_meta", may always.
	OnceIgnore []string

	// MaxMemory is how many bytes the client may take from the system beyond
	// what it takes when healthy, under faults that announce or send more
	// than a client should hold; 0 is 64 MiB. More is the verdict Grew. It is
	// measured with Isolate.
	MaxMemory int64

	// Real runs the client over a Unix socket on the real clock, several
	// faults at once.
	Real bool

	// Socket is the path to listen on, for clients that find their socket by
	// themselves. It implies Real, one fault at a time.
	Socket string

	// Isolate runs each fault in a process of its own, in which this test
	// runs alone and up to this call: what ends that process is a verdict.
	Isolate bool
}

// withDefaults returns what the options stand for.
func (o *Options) withDefaults() Options {
	var opts Options
	if o != nil {
		opts = *o
	}
	opts.Real = opts.Real || opts.Socket != ""
	if opts.Deadline == 0 {
		opts.Deadline = virtualDeadline
		if opts.Real {
			opts.Deadline = realDeadline
		}
	}
	if opts.Equal == nil {
		opts.Equal = reflect.DeepEqual
	}
	return opts
}

// check returns what is wrong with the options or with a config that is to be
// used with them.
func (o Options) check(cfg faultdaemon.Config) error {
	switch {
	case cfg.Fault != faultdaemon.FaultNone || cfg.Plan != nil:
		return errors.New("faulttest: the config has a Fault or a Plan: leave both out, every fault gets its turn; the Only and the Plan of Run's Options choose")
	case o.MaxMemory < 0:
		return fmt.Errorf("faulttest: the MaxMemory is %d: want 0 (64 MiB) or more", o.MaxMemory)
	case o.Deadline < 0:
		return fmt.Errorf("faulttest: the Deadline is %s: want 0 (%s, %s on the real clock) or more", o.Deadline, virtualDeadline, realDeadline)
	}
	return nil
}

// rules are the options that say how strictly clients are judged.
func (o Options) rules() verdict.Rules {
	return verdict.Rules{StrictGrades: o.StrictGrades, Once: o.Once, OnceIgnore: o.OnceIgnore, MaxMemory: o.MaxMemory}
}
