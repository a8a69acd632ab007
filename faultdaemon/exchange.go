package faultdaemon

import (
	"fmt"
	"math/rand/v2"
)

// An Exchange is one request and whatever the daemon does about it; at the
// accept stage, a connection on which nothing has been read yet. It is all
// that a [Step] touches.
//
// It is valid until the step returns, and only in the goroutine that the step
// was called in.
type Exchange struct {
	conn     *connection
	state    *state // the configuration that the exchange began under
	number   int
	request  []byte
	decision      // its fault is nil on a healthy exchange
	fired    bool // whether the fault has acted
	random   *rand.Rand
	asked    bool // whether response and err are the handler's
	response []byte
	err      error
	written  int  // bytes written in this exchange
	taken    bool // of a relayed request: it is out of what flows to the upstream
	passed   bool // and on its way there
}

// Request returns the request message as it came, framing included; nil at
// the accept stage.
func (e *Exchange) Request() []byte { return e.request }

// Response returns R: what the handler makes for the request, one message or
// several. Empty means that nothing is sent. The handler is asked at the first
// call, so at most once an exchange; at the accept stage there is no R. Under a
// fault, an [EventHandled] says that it has returned.
func (e *Exchange) Response() ([]byte, error) {
	if !e.asked && e.request != nil {
		r, err := e.respond()
		if isNotFired(err) {
			return nil, err
		}
		e.asked, e.response, e.err = true, r, err
		if e.fault != nil {
			e.log(&Event{Kind: EventHandled, Bytes: len(e.response)})
		}
	}
	return e.response, e.err
}

// respond has R made.
func (e *Exchange) respond() ([]byte, error) {
	if r := e.conn.relayed; r != nil {
		return r.ask(e)
	}
	return e.state.respond(e)
}

// messages is R, cut into its messages.
func (e *Exchange) messages() ([][]byte, error) {
	r, err := Response(e)
	if err != nil {
		return nil, err
	}
	return Messages(e.Protocol(), r), nil
}

// Protocol returns what the connection speaks.
func (e *Exchange) Protocol() Protocol { return e.conn.protocol }

// Fault returns the fault that acts on the exchange, FaultNone when it is
// healthy.
func (e *Exchange) Fault() Fault {
	if e.fault == nil {
		return FaultNone
	}
	return e.fault.fault
}

// Arg returns the value of a parameter: the fault's argument, else the Config
// field that stands in for it, else the entry's default. It panics when the
// fault declares no such parameter.
func (e *Exchange) Arg(name string) Value {
	if e.fault != nil {
		for i, p := range e.fault.info.Params {
			if p.Name == name {
				return e.fault.args[i]
			}
		}
	}
	panic(fmt.Sprintf("faultdaemon: %s declares no parameter %q", e.Fault(), name))
}

// Rand returns the exchange's own source of chance, which depends on the
// daemon's seed, the connection's number and the exchange's number, and on
// nothing else.
func (e *Exchange) Rand() *rand.Rand {
	if e.random == nil {
		e.random = rand.New(stream(e.state.seed, e.conn.number, e.number, 0))
	}
	return e.random
}

// fire counts, once, that the exchange's fault has acted.
func (e *Exchange) fire() {
	if e.fault != nil && !e.fired {
		e.fired = true
		e.conn.daemon.fired.add(e.fault.fault, 1)
	}
}

// Connection returns the connection's number, counting from 1 in the order in
// which the daemon accepted.
func (e *Exchange) Connection() int64 { return e.conn.number }

// Number returns the exchange's number on its connection, counting from 1; it
// is 0 at the accept stage.
func (e *Exchange) Number() int { return e.number }

// note is log of an event that has no more than a detail.
// It is not inlined, so that no caller's frame has room for an event: one that waits
// for its client has a stack of 2 KiB then, and not of 4.
//
//go:noinline
func (e *Exchange) note(kind EventKind, detail string) {
	e.log(&Event{Kind: kind, Detail: detail})
}

func (e *Exchange) log(ev *Event) {
	ev.Connection, ev.Exchange, ev.Fault, ev.Push = e.conn.number, e.number, e.Fault(), e.conn.push
	e.conn.daemon.events.add(ev)
}
