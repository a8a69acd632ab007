package faultdaemon

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// The client's goroutine: it reads requests, and passes them on or does what a
// fault does to them.

// exchange reads one request and passes it on, or does its fault.
func (r *relayed) exchange() error {
	c := r.client
	if err := r.nextExchange(); err != nil || c.halfClosed {
		return err
	}
	if !c.current.taken {
		return c.act(&c.current)
	}
	r.hurting <- struct{}{} // the upstream's end waits, not its messages
	err := r.act(&c.current)
	c.turn.yield(c)
	<-r.hurting
	return err
}

// act does an exchange's fault. Where a step of the listen stage waits for exchanges to
// end, a healthy one waits for its reply, as with a handler.
func (r *relayed) act(e *Exchange) error {
	a := r.client.run.awaited.Load()
	if a == nil {
		return r.client.act(e)
	}
	if e.fault == nil {
		_, _ = e.Response() // its error comes again when it is served
	}
	err := r.client.act(e)
	a.exchangeEnded(r.client.stop)
	return err
}

// nextExchange makes the next request that no other has seen the current exchange.
func (r *relayed) nextExchange() error {
	c := r.client
	if r.parked != nil {
		c.current, r.parked = *r.parked, nil
	} else {
		c.current = Exchange{conn: c}
		x, err := r.read()
		if err != nil {
			return err
		}
		c.current = *x
	}
	e := &c.current
	if e.passed || e.fault == nil && !c.halfClosed && c.run.awaited.Load() == nil {
		return nil
	}
	e.request, e.taken = bytes.Clone(e.request), true
	return r.fail(r.requests.take())
}

// nextIn reads one more request inside another exchange, whose fault it shares.
func (r *relayed) nextIn(by decision) (*Exchange, error) {
	x, c := r.parked, r.client
	r.parked = nil
	if x == nil {
		request, st, err := c.read()
		if err != nil {
			return nil, err
		}
		x = &Exchange{conn: c, state: st, number: c.exchanges, request: request}
	}
	x.giveBack(c)
	x.request, x.taken, x.decision = bytes.Clone(x.request), true, by
	return x, r.fail(r.requests.take())
}

// read reads a request and decides on it, unless it is on its way already.
func (r *relayed) read() (*Exchange, error) {
	c := r.client
	request, st, err := c.read()
	if err != nil {
		return nil, err
	}
	x := r.newExchange(request, st)
	r.decide(x)
	return x, nil
}

func (r *relayed) newExchange(request []byte, st *state) *Exchange {
	return &Exchange{conn: r.client, state: st, number: r.client.exchanges, request: request, passed: r.begun}
}

// decide gives a request the fault that is due, unless it is on its way already.
func (r *relayed) decide(x *Exchange) {
	switch {
	case r.client.halfClosed:
	case x.passed:
		r.count(x.request)
	default:
		r.client.decide(x, StageRespond)
	}
}

// pass passes a request on as it came, once.
func (r *relayed) pass(e *Exchange) error {
	switch {
	case e.passed:
		return nil
	case e.taken:
		return r.forward(e, e.request)
	}
	e.passed = true
	r.count(e.request)
	r.requests.pass()
	return nil
}

// count takes note that a request is passed on.
func (r *relayed) count(request []byte) {
	if r.reply.ids == nil && r.client.protocol.ExpectsReply(request) {
		r.reply.count()
	}
}

// ask passes a request on and returns the reply to it.
func (r *relayed) ask(e *Exchange) ([]byte, error) {
	if !e.Protocol().ExpectsReply(e.request) {
		return nil, r.forward(e, e.request)
	}
	a, err := r.reply.await(e.request)
	if err != nil {
		return nil, err
	}
	defer r.reply.forget()
	if err := r.send(e, e.request); err != nil {
		return nil, err
	}
	r.client.turn.yield(r.client) // what comes before the reply has to get past
	if err := r.await(a.ready); err != nil {
		r.heldBack(e)
		return nil, err
	}
	return a.message, a.err
}

// heldBack says of a request whose client has left without a reply that the next one was
// waiting for that reply: where both are parts of what the upstream takes for one
// request, there could be none.
func (r *relayed) heldBack(e *Exchange) {
	if next := r.parked; next != nil && !r.client.isStopped() {
		e.log(&Event{Kind: EventError, Detail: fmt.Sprintf(
			"no reply to these %d bytes, for which the next request, of %d bytes, was held back: wrong protocol?", len(e.request), len(next.request))})
	}
}

// forward sends bytes to the upstream in place of a request.
func (r *relayed) forward(e *Exchange, p []byte) error {
	r.count(e.request)
	return r.send(e, p)
}

func (r *relayed) send(e *Exchange, p []byte) error {
	if err := r.fail(r.requests.send(p)); err != nil {
		return err
	}
	e.passed = true
	e.log(&Event{Kind: EventPassed, Bytes: len(p)})
	return nil
}

// fail ends the connection where the upstream takes nothing any more.
func (r *relayed) fail(err error) error {
	if err == nil {
		return nil
	}
	return r.close()
}

// await waits for ready. What the client sends meanwhile is passed on, whatever fault
// is in force, up to the first request that expects a reply: the upstream may ask the
// client something before it replies.
func (r *relayed) await(ready <-chan struct{}) error {
	c := r.client
	for r.parked == nil && !c.readClosed {
		if over, err := r.awaitByte(ready); over || err != nil {
			return err
		}
		request, st, err := c.read()
		if err != nil {
			return err
		}
		x := r.newExchange(request, st)
		if !x.passed && c.protocol.ExpectsReply(request) {
			r.decide(x)
			r.parked = x
			break
		}
		if err := errors.Join(r.pass(x), r.requests.flush()); err != nil {
			return r.fail(err)
		}
	}
	return r.client.await(ready)
}

// awaitByte waits for a byte of the client's, or for ready: over says that it is.
func (r *relayed) awaitByte(ready <-chan struct{}) (over bool, err error) {
	c := r.client
	if r.requests.buffered() > 0 {
		return false, nil
	}
	err = c.until(ready, c.wire.WaitByte)
	select {
	case <-ready:
		return true, nil
	default:
	}
	switch {
	case errors.Is(err, io.EOF): // it may only have shut its write side
		return true, c.await(ready)
	case err != nil:
		return true, c.lost(err)
	}
	return false, nil
}
