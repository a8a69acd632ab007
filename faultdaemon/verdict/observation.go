package verdict

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// An Observation is one run of a client: when it began and ended, how, with
// what answer, what it left behind, and what its daemon saw. A runner fills it
// in.
type Observation struct {
	Started, Ended time.Time // of the client

	TimedFrom time.Time // since when the client's deadline counts; the zero time: since it started

	Answer any    // what it answered, where it did not fail
	Err    error  // what it failed with: an error, an exit status; nil: it succeeded
	Crash  string // what ended it otherwise, with the stack or the signal; "" where nothing did
	Hung   bool   // it was not back in time, and was left behind or killed
	Ending string // how it ended, as a phrase: "returned the error ... after 5s"

	Leaks  []string // what it left behind: the stacks of goroutines, the command lines of processes
	Memory int64    // how many bytes of memory it took at its peak; 0: not measured
	Output []Output // what it printed, for the explanation of a failure

	Log         Log                   // what the daemon did until the client ended
	Requests    []faultdaemon.RPCCall // that the daemon read
	Fired       int                   // how often the fault acted
	Connections int                   // that the daemon accepted
	Protocol    faultdaemon.Protocol  // that it speaks

	// Concurrent are the calls of a client that makes several at once, each
	// with the Log until its own end. Answer and Err are then not looked at.
	Concurrent []Observation

	// Asked is when a call began, where it is one of several at once; the
	// zero time leaves that to the Log.
	Asked time.Time

	capabilities faultdaemon.Need // what the client was seen to do of what faults need
}

// Observe takes down what a daemon has seen and done until the client ended.
func (o *Observation) Observe(d *faultdaemon.FaultDaemon) {
	o.Protocol, o.Requests, o.Connections = ProtocolOf(d.Config()), d.GetCalls(), int(d.ConnectionCount())
	o.Fired = 0
	for _, n := range d.Fired() {
		o.Fired += n
	}
	all := Log(d.Events())
	o.Log, o.capabilities = all.Until(o.Ended), all.capabilities(o.Requests, o.Protocol)
}

// ProtocolOf returns what a daemon with this config speaks.
func ProtocolOf(cfg faultdaemon.Config) faultdaemon.Protocol {
	if cfg.Protocol == nil {
		return faultdaemon.Lines
	}
	return cfg.Protocol
}

// Took is how long the client ran, to the microsecond.
func (o *Observation) Took() time.Duration { return o.Ended.Sub(o.Started).Truncate(time.Microsecond) }

// timed is how long the client ran of the time that its deadline counts.
func (o *Observation) timed() time.Duration {
	if o.TimedFrom.IsZero() {
		return o.Took()
	}
	return o.Ended.Sub(o.TimedFrom)
}

// finished reports whether the client came to an end of its own.
func (o *Observation) finished() bool { return !o.Hung && o.Crash == "" }

// silence is how long nothing had happened on the wire when the client ended,
// since it first connected. The time that a program takes to start is none.
func (o *Observation) silence() time.Duration {
	if began := o.Log.Began(); !began.IsZero() {
		return o.Log.Silence(began, o.Ended)
	}
	return o.Log.Silence(o.Started, o.Ended)
}

// notFired is why the fault found that it could not act, "" where it was not
// asked.
func (o *Observation) notFired() (reason string) {
	for _, ev := range o.Log {
		if ev.Kind == faultdaemon.EventNotFired {
			reason = ev.Detail
		}
	}
	return reason
}

// NeverConnected is why nothing can be found out about a client that did not
// reach its daemon.
const NeverConnected = "the client never connected to the daemon"

// idle is why no fault acted.
func (o *Observation) idle() string {
	reason := o.notFired()
	switch {
	case reason != "":
		return reason
	case o.Connections == 0:
		return NeverConnected
	case len(o.Requests) == 0:
		return "the daemon has read no request that the fault could act on"
	}
	for _, ev := range o.Log {
		if ev.Kind == faultdaemon.EventHealthy {
			reason = ev.Detail
		}
	}
	if reason == "" {
		reason = "nothing came that the fault could act on"
	}
	return reason
}
