package verdict

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// An Observation is a record of one run of a client: when and how it began and
// ended, its answer, what it left behind, and what its daemon saw. A runner
// fills it in.
type Observation struct {
	Started, Ended time.Time // of the client

	TimedFrom time.Time // since when the client's deadline counts; the zero time: since it started

	Answer any    // what it answered, if it did not fail
	Err    error  // what it failed with: an error, an exit status; nil if it succeeded
	Crash  string // how it crashed, with the stack or the signal; "" if it did not
	Hung   bool   // it had not returned in time, and was abandoned or killed
	Ending string // how it ended, as a phrase: "returned the error ... after 5s"

	Leaks     []string      // what it left behind: the stacks of goroutines, the command lines of processes
	Memory    int64         // how many bytes of memory it took at its peak; 0 if not measured
	Processor time.Duration // how much processor time it took; 0 if not measured
	Output    []Output      // what it printed, for the explanation of a failure

	Log         Log                   // what the daemon did until the client ended
	Requests    []faultdaemon.RPCCall // that the daemon read
	Fired       int                   // how often the fault acted
	Connections int                   // that the daemon accepted
	Protocol    faultdaemon.Protocol  // that it speaks

	// Address is what the client was told of where its daemon is: a path, or host:port; ""
	// if its errors cannot name that.
	Address string

	// Pace is how fast the client connected and sent requests; nil if that was not
	// recorded.
	Pace *Pace

	// Spawned says that each connection is a process that the client has
	// started.
	Spawned bool

	// Evidence are the words of which the error of a client, or what it printed, has to
	// contain one to say why a server that it has started has ended; empty if none has
	// ended by itself.
	Evidence []string

	// Concurrent are the calls of a client that makes several at once, each
	// with the Log until its own end. If it is set, Answer and Err are ignored.
	Concurrent []Observation

	// Asked is when a call began, if it is one of several concurrent calls; if
	// it is zero, the Log determines that time.
	Asked time.Time

	// Session is what the client did before and after, if it is judged by a
	// session; nil if it is not.
	Session *Session

	capabilities faultdaemon.Need // what the client was seen to do of what faults need
}

// Observe records what a daemon has seen and done until the client ended.
func (o *Observation) Observe(d *faultdaemon.FaultDaemon) {
	o.Protocol, o.Requests, o.Connections = ProtocolOf(d.Config()), d.GetCalls(), int(d.ConnectionCount())
	o.Fired = 0
	for _, n := range d.Fired() {
		o.Fired += n
	}
	all := Log(d.Events())
	o.Log, o.capabilities = all.untilWithRemovals(o.Ended), all.capabilities(o.Requests, o.Protocol)
}

// ProtocolOf returns the protocol of a daemon with this config.
func ProtocolOf(cfg faultdaemon.Config) faultdaemon.Protocol {
	if cfg.Protocol == nil {
		return faultdaemon.Lines
	}
	return cfg.Protocol
}

// Took returns how long the client ran, truncated to the microsecond.
func (o *Observation) Took() time.Duration { return o.Ended.Sub(o.Started).Truncate(time.Microsecond) }

// timed is how long the client ran of the time that its deadline counts.
func (o *Observation) timed() time.Duration {
	if o.TimedFrom.IsZero() {
		return o.Took()
	}
	return o.Ended.Sub(o.TimedFrom)
}

// finished reports whether the client ended by itself.
func (o *Observation) finished() bool { return !o.Hung && o.Crash == "" }

// silence returns how long nothing had happened on the wire when the client
// ended. It counts from the first connection, or from when a healthy run would have
// made it: the time that a program takes to start does not count.
func (o *Observation) silence(starting time.Duration) time.Duration {
	began := o.Log.Began()
	if began.IsZero() {
		began = o.Started.Add(starting)
	}
	silence := o.Log.Silence(began, o.Ended)
	if o.Session != nil { // what came before the call is not what it has waited for
		return min(silence, o.Ended.Sub(o.Started))
	}
	return silence
}

// sawEnd reports whether the daemon's last act that the client saw ended the stream. In
// a session, what ended before the call is not where a connect then fails: a fault of
// the listen stage begins when the open connections have ended.
func (o *Observation) sawEnd(stage faultdaemon.Stage) bool {
	if o.Session != nil && stage == faultdaemon.StageListen {
		return o.Log.Since(o.Started).Ended()
	}
	return o.Log.Ended()
}

// notFired returns why the fault could not act, "" if it was not tried.
func (o *Observation) notFired() (reason string) {
	for _, ev := range o.Log {
		if ev.Kind == faultdaemon.EventNotFired {
			reason = ev.Detail
		}
	}
	return reason
}

// NeverConnected is the reason why a client that never connected to its daemon
// cannot be judged.
const NeverConnected = "the client never connected to the daemon"

// idle returns why no fault acted.
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
