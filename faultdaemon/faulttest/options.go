package faulttest

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// Options configure [Run], [Judge], their concurrent forms and [Spawn]. Nil is the same
// as the zero value: every fault that applies, in memory, in virtual time.
type Options struct {
	// Deadline is the time until the client's context ends; 0 is 5 s, 1 s on the
	// real clock, or 300 ms with Spawn. A client has hung if it has not returned a virtual minute
	// later, or 2 s later on the real clock.
	Deadline time.Duration

	// Only are the faults to run, in this order, instead of all. A fault with
	// arguments runs unchanged and appears unchanged in Result.Fault; a name
	// alone gets the arguments that its entry gives for verdict runs.
	Only []faultdaemon.Fault

	// Skip are faults to leave out. A name without arguments stands for the
	// fault with any arguments.
	Skip []faultdaemon.Fault

	// Equal reports whether an answer counts as equal to the healthy one; nil
	// is reflect.DeepEqual. Set it if answers contain a time or a number that
	// changes from run to run.
	Equal func(healthy, got any) bool

	// Plan returns the plan for a fault; nil lets the fault act on every
	// exchange. With faultdaemon.FirstN(1, f), the verdict shows whether a
	// client that retries recovers.
	Plan func(faultdaemon.Fault) faultdaemon.Plan

	// Known are accepted weaknesses: their verdicts pass, and any other verdict
	// on these faults fails.
	Known []Known

	// Baseline is the path of a file of verdicts, which are accepted like
	// Known. A fault that the file does not have is marked as new and fails
	// nothing unless Strict is set. With FAULTDAEMON_UPDATE=1 in the
	// environment, the file is written.
	Baseline string

	// Strict makes faults that the Baseline does not have fail like all others.
	// It does not change how grades are treated.
	Strict bool

	// StrictGrades fails results whose grade is lenient or late, which pass
	// otherwise.
	StrictGrades bool

	// Once picks the requests that must not be carried out twice, such as
	// jsonrpc.Method("tools/call"); nil picks none. A client that sends one
	// again although the daemon has carried it out gets the verdict Repeated.
	Once faultdaemon.FaultMatcher

	// OnceIgnore are the names of JSON members, at any depth, in which a
	// request and its repetition may differ, such as times. The request's own
	// "id" and "seq", and "_meta", may always differ.
	OnceIgnore []string

	// MaxMemory is how many bytes the client may take from the system beyond
	// what it takes when healthy, under faults that announce or send more than
	// a client should hold; 0 is 64 MiB, or twice what it takes when healthy where
	// that is more. More is the verdict Grew. Memory is measured only with Isolate.
	MaxMemory int64

	// Recover is the time in which a call of [RunSession] has to succeed when the
	// daemon is healthy again; 0 is the Deadline.
	Recover time.Duration

	// Real runs the client over a Unix socket on the real clock, several
	// faults at once.
	Real bool

	// Socket is the path to listen on, for clients whose path is fixed. It
	// implies Real, with one fault at a time.
	Socket string

	// Isolate runs each fault in a process of its own, which runs only this
	// test and stops after this call. If that process ends early, its end is
	// the verdict. On Linux every socket and pipe that the client leaves open is
	// seen there; without Isolate only sockets that are connected to the daemon
	// are, and with Real alone.
	Isolate bool

	isolated bool // Isolate had this process started: no other test and no other run is in it

	session sessionOpener // the client of RunSession

	spawns bool // the client of Spawn: a run takes the time of processes as well
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
	case o.Recover < 0:
		return fmt.Errorf("faulttest: the Recover is %s: want 0 (the Deadline) or more", o.Recover)
	case o.Deadline < 0:
		return fmt.Errorf("faulttest: the Deadline is %s: want 0 (%s, %s on the real clock) or more", o.Deadline, virtualDeadline, realDeadline)
	}
	return nil
}

// recovery is the time in which a session's client has to recover.
func (o Options) recovery() time.Duration { return cmp.Or(o.Recover, o.Deadline) }

// rules are the options that say how strictly clients are judged.
func (o Options) rules() verdict.Rules {
	return verdict.Rules{StrictGrades: o.StrictGrades, Once: o.Once, OnceIgnore: o.OnceIgnore, MaxMemory: o.MaxMemory}
}
