package faultdaemon

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"
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
	written  int // bytes written in this exchange
}

// Request returns the request message as it came, framing included; nil at
// the accept stage.
func (e *Exchange) Request() []byte { return e.request }

// Response returns R: what the handler makes for the request, one message or
// several. Empty means that nothing is sent. The handler is asked at the first
// call, so at most once an exchange; at the accept stage there is no R.
func (e *Exchange) Response() ([]byte, error) {
	if !e.asked && e.request != nil {
		e.asked = true
		e.response, e.err = e.state.respond(e)
	}
	return e.response, e.err
}

// messages cuts R into its messages. What is left over at the end of an R that
// is not made of whole messages is a message too.
func (e *Exchange) messages() ([][]byte, error) {
	rest, err := Response(e)
	if err != nil {
		return nil, err
	}
	var list [][]byte
	source := bytes.NewReader(rest)
	for r := bufio.NewReader(source); len(rest) > 0; {
		message, err := e.Protocol().ReadMessage(r, len(rest))
		switch {
		case err == io.EOF && len(message) == 0 && len(list) > 0: // nothing but what the protocol passes over
			list[len(list)-1] = slices.Concat(list[len(list)-1], rest)
			return list, nil
		case err != nil || len(message) == 0:
			return append(list, rest), nil
		}
		size := len(rest) - source.Len() - r.Buffered() // with what the protocol passes over before it
		list = append(list, rest[:size:size])
		rest = rest[size:]
	}
	return list, nil
}

// Write writes raw bytes to the client, in one write. It is ErrClosed when the
// client has gone or the daemon stops.
func (e *Exchange) Write(p []byte) (int, error) {
	e.fire()
	n, err := e.conn.wire.Write(p)
	e.log(Event{Kind: EventWrote, Bytes: n, Offset: e.written})
	e.written += n
	if err != nil {
		return n, e.conn.lost(err)
	}
	return n, nil
}

// Wait does nothing for d. It is ErrClosed when the daemon stops meanwhile.
func (e *Exchange) Wait(d time.Duration) error {
	e.fire()
	err := e.pause(d)
	if err == nil {
		e.log(Event{Kind: EventWaited, Waited: d})
	}
	return err
}

// pause is Wait without an event.
func (e *Exchange) pause(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-e.conn.run.stop:
		return ErrClosed
	}
}

// Hang does nothing more, without reading, until the client goes away or the
// daemon stops. It always returns an error, as a rule ErrClosed.
func (e *Exchange) Hang() error {
	e.fire()
	e.log(Event{Kind: EventHung})
	return e.conn.lost(e.conn.wire.WaitGone())
}

// Close ends the connection with a clean EOF, whatever the client has sent,
// and returns ErrClosed.
func (e *Exchange) Close() error {
	e.fire()
	e.conn.finish()
	return ErrClosed
}

// CloseWrite shuts the write side: the client reads EOF. Its further requests
// are read and recorded, and nothing is done about them.
func (e *Exchange) CloseWrite() error {
	e.fire()
	e.conn.halfClosed = true
	e.log(Event{Kind: EventHalfClosed})
	return e.conn.wire.CloseWrite()
}

// Reset ends the connection so that the client reads ECONNRESET, and returns
// ErrClosed. On a Unix socket it takes a byte of the client's that nobody has
// read: while a fault is in force the daemon keeps one back for this; where
// there is none yet, Reset waits for it.
func (e *Exchange) Reset() error {
	e.fire()
	e.conn.reset()
	return ErrClosed
}

// Next reads and records one more request and returns its exchange, which
// ends when e does. It waits as long as within says, 0 for ever; after that
// the error is an os.ErrDeadlineExceeded and nothing is lost. When the client
// has gone it is ErrClosed.
func (e *Exchange) Next(within time.Duration) (*Exchange, error) {
	if err := e.awaitByte(within); err != nil {
		return nil, err
	}
	return e.conn.next(e.decision)
}

// awaitByte waits until a byte of the client's is there to be read.
func (e *Exchange) awaitByte(within time.Duration) error {
	c := e.conn
	if c.reader != nil && c.reader.Buffered() > 0 {
		return nil
	}
	if within > 0 {
		if err := c.setReadDeadline(time.Now().Add(within)); err != nil {
			return err
		}
		defer func() { _ = c.setReadDeadline(time.Time{}) }()
	}
	err := c.wire.WaitByte()
	if err == nil || (isTimeout(err) && !c.run.stopping()) {
		return err
	}
	return c.lost(err)
}

// serve does what a healthy daemon does: it asks the handler and writes R.
func (e *Exchange) serve() error {
	r, err := e.Response()
	if err != nil || len(r) == 0 {
		return err
	}
	n, err := e.conn.wire.Write(r)
	e.log(Event{Kind: EventReplied, Bytes: n, Offset: e.written})
	e.written += n
	if err != nil {
		return e.conn.lost(err)
	}
	return nil
}

// lock takes the daemon's lock for ever.
func (e *Exchange) lock() error {
	e.fire()
	select {
	case e.conn.run.lock <- struct{}{}:
		e.log(Event{Kind: EventLocked})
		return nil
	default:
		return e.Hang()
	}
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

func (e *Exchange) log(ev Event) {
	ev.Connection, ev.Exchange, ev.Fault = e.conn.number, e.number, e.Fault()
	e.conn.daemon.events.add(ev)
}
