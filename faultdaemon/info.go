package faultdaemon

import (
	"slices"
	"strings"
)

// Info is one entry of a catalogue: everything that is known about a fault.
type Info struct {
	Name        Fault       // snake_case, without arguments
	Stage       Stage       // when the fault acts
	Summary     string      // what the daemon does, a phrase after the name
	Tests       string      // what of a client the fault tests
	Simulates   string      // what it looks like in production; may be empty
	Client      Outcome     // what is expected of a client
	Why         string      // the reason, where Client is more than one outcome
	Needs       Need        // what a client must do for the fault to show
	Params      []Param     // the arguments the fault takes, in order
	Judge       string      // the arguments for runs that name none: "1, eof"
	AlsoKnownAs []string    // what other tools call it; shown, never accepted
	Bug         string      // a public report that the fault would have found
	Unbounded   bool        // announces or sends more than a client should hold: its memory is judged
	Relayed     bool        // acts between a client and a real daemon: it needs a Config.Upstream
	Renderings  []Rendering // what a protocol must be able to render
	Do          Step        // the behaviour
}

// Fault returns the fault that verdict runs, lists and generated tests use:
// the name, with the entry's Judge arguments if it has any.
func (i Info) Fault() Fault {
	if i.Judge == "" {
		return i.Name
	}
	return i.Name + Fault("("+i.Judge+")")
}

// Applies returns nil when a daemon that speaks p can have this fault, and
// otherwise a *[NotApplicableError] that says what p cannot render.
func (i Info) Applies(p Protocol) error {
	for _, r := range i.Renderings {
		if reason := r.lacking(p); reason != nil {
			return &NotApplicableError{Fault: i.Name, Protocol: p, Rendering: r.Name, Reason: reason}
		}
	}
	return nil
}

// clone returns a copy that shares nothing with i that could be written to.
func (i Info) clone() Info {
	i.Params = slices.Clone(i.Params)
	for n := range i.Params {
		i.Params[n].Choices = slices.Clone(i.Params[n].Choices)
	}
	i.AlsoKnownAs = slices.Clone(i.AlsoKnownAs)
	i.Renderings = slices.Clone(i.Renderings)
	return i
}

// A Stage is the moment in a connection's life at which a fault acts.
type Stage string

const (
	// StageListen is before a connection exists: the fault acts once, on the
	// listener. Start and SetFault return when its step has ended or waits; that
	// goes on beside the connections, until the fault is replaced or the daemon
	// stops. When the step returns nil, the daemon listens.
	StageListen Stage = "listen"

	// StageProcess is when a client has spawned its server: the fault acts
	// once per process, before that has read or written a byte. A connection
	// that comes from no process is served as by a healthy daemon.
	StageProcess Stage = "process"

	// StageAccept is before a request exists: the fault acts once per
	// connection, right after it was accepted, and no FaultMatcher is asked.
	StageAccept Stage = "accept"

	// StageRespond is after a whole request was read and recorded: the fault
	// acts once per exchange, in place of the handler's reply.
	StageRespond Stage = "respond"
)

// BeforeRequests reports whether a fault of this stage acts before there is a
// request: no FaultMatcher is asked, and it is counted per connection.
func (s Stage) BeforeRequests() bool {
	return s == StageListen || s == StageProcess || s == StageAccept
}

// An Outcome is a set of things that a client may do under a fault and be
// right. A hang, a crash and a leak are in no set.
type Outcome uint8

const (
	// Survives: the client has the same answer as from a healthy daemon.
	Survives Outcome = 1 << iota

	// Rejects: the client returns an error at once, because the evidence is
	// on the wire.
	Rejects

	// TimesOut: the client returns an error after a silence that nothing but
	// a deadline can end.
	TimesOut

	// Differs: the wire carries a valid but other answer, and the client
	// returns that.
	Differs
)

// String returns the outcomes as words: "rejects or times out".
func (o Outcome) String() string {
	return flagWords(uint8(o), " or ", "survives", "rejects", "times out", "differs")
}

// A Need is a set of things that a client must do for a fault to show.
type Need uint8

const (
	// SecondExchange: a second request on the same connection.
	SecondExchange Need = 1 << iota

	// Pipelining: a second request before the first is answered.
	Pipelining

	// SecondConnection: a second connection to the daemon.
	SecondConnection

	// LargeWrite: a request larger than the connection's buffers.
	LargeWrite

	// Batch: several requests in one message.
	Batch
)

// String returns the needs as words: "a second exchange and pipelining".
func (n Need) String() string {
	return flagWords(uint8(n), " and ",
		"a second exchange", "pipelining", "a second connection", "a large write", "a batch")
}

// flagWords joins the words of the bits that are set, lowest first.
func flagWords(bits uint8, glue string, words ...string) string {
	var set []string
	for i, word := range words {
		if bits&(1<<i) != 0 {
			set = append(set, word)
		}
	}
	return strings.Join(set, glue)
}
