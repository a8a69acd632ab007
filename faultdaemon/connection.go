package faultdaemon

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

// A connection is served by one goroutine, which alone reads, writes and ends
// it. Others only set its deadlines, in order to stop it.
type connection struct {
	daemon     *FaultDaemon
	run        *run
	conn       net.Conn // as the listener has returned it; nil before there is one
	listener   net.Listener
	wire       wire
	stop       <-chan struct{} // closed when nothing is to be waited for any more: a stop, a restart
	era        *era            // it was accepted in
	presence   *presence       // at the listen stage, where there is one: whose step this is
	settle     func()          // at the listen stage: what the step does first is done
	acted      func()          // at the listen stage: what the step does after it has waited is done
	number     int64
	protocol   Protocol
	limit      int           // of a request, in bytes
	reader     *bufio.Reader // made when the first byte is there
	together   together      // replies that are not written yet
	exchanges  int
	readAt     time.Time                               // when the last request was whole
	current    Exchange                                // used again for every exchange of the main loop
	halfClosed bool                                    // nothing can be written any more
	upstream   func(context.Context) (net.Conn, error) // Config's, where replies come from an upstream
	shape      func(wire) wire                         // of its bytes, where a fault has done so
	relayed    *relayed                                // the way there; made with the first message
	turn       *turn                                   // to write, where another goroutine writes too; else nil
	writing    bool                                    // it is this connection's turn
	push       bool                                    // not the client's requests: what an upstream sends by itself
	readClosed bool                                    // nothing is read any more
	over       bool                                    // closed or reset
	gone       bool                                    // the client went away
	returned   bool                                    // serve came to its end
	counts     map[*link]*atomic.Int64                 // of terms that count each connection by itself
	ctx        context.Context                         // made when somebody asks for it
	atEnd      []func()                                // what OnEnd was given
}

// serve is the connection's life. st is what was in force when it was accepted.
func (c *connection) serve(st *state) {
	defer c.run.forget(c)
	defer c.end()
	defer c.finish()
	defer c.rescue()
	c.current = Exchange{conn: c, state: st}
	c.note(EventAccepted, "")
	err := c.early(StageProcess)
	if err == nil {
		err = c.begin()
	}
	if err == nil {
		err = c.early(StageAccept)
	}
	switch {
	case err != nil:
	case c.upstream != nil:
		c.relay()
	default:
		for err == nil {
			err = c.exchange()
		}
	}
	c.returned = true
}

// early does the fault of a stage that comes before all requests, if one is due.
func (c *connection) early(stage Stage) error {
	c.current = Exchange{conn: c, state: c.current.state}
	c.decide(&c.current, stage)
	return c.act(&c.current)
}

// exchange reads one request and does what is to be done about it.
func (c *connection) exchange() error {
	request, st, err := c.read()
	if err != nil || c.halfClosed {
		return err
	}
	if !st.echoes() {
		if err := c.flush(); err != nil {
			return err
		}
	}
	c.current = Exchange{conn: c, state: st, number: c.exchanges, request: request}
	e := &c.current
	c.decide(e, StageRespond)
	if e.fault != nil || st.asks() {
		e.request = bytes.Clone(request)
	}
	err = c.act(e)
	if a := c.run.awaited.Load(); a != nil {
		a.exchangeEnded(c.stop)
	}
	if err != nil {
		return err
	}
	if st.config.CloseAfterReply {
		return e.Close()
	}
	return nil
}

// decide gives the exchange the fault that is due, and says why.
func (c *connection) decide(e *Exchange, stage Stage) {
	e.decision = e.state.policy.decide(stage, c, e.number, e.request)
	switch {
	case e.fault != nil:
		e.note(EventFault, e.why)
	case e.why != "":
		e.log(&Event{Kind: EventHealthy, Time: c.readAt, Detail: e.why})
	}
}

// act does the exchange's fault, and what a healthy daemon does where there is
// none or it does not fire.
func (c *connection) act(e *Exchange) error {
	if e.fault == nil {
		return c.judge(e, e.serve())
	}
	err := e.fault.info.Do(e)
	var pass *NotFiredError
	switch {
	case !errors.As(err, &pass):
		e.fire() // a step of a user's own may act without a method of e
	case e.fired:
		e.note(EventNotFired, pass.Reason)
		err = nil
	default:
		e.note(EventNotFired, pass.Reason)
		e.giveBack(c)
		e.decision = decision{}
		err = e.serve()
	}
	return c.judge(e, err)
}

// judge keeps an error that is not the normal end of a connection.
func (c *connection) judge(e *Exchange, err error) error {
	if err != nil && !errors.Is(err, ErrClosed) {
		e.note(EventError, err.Error())
	}
	return err
}

// read reads and records one request, and returns what the record holds, with
// what was in force just before anybody could know of it: a SetFault that
// follows a WaitForCalls is too late for it. Once the daemon stops or restarts it
// reads none, also where one has come already.
func (c *connection) read() ([]byte, *state, error) {
	if c.isStopped() {
		return nil, nil, ErrClosed
	}
	message, err := c.message()
	if err != nil {
		return nil, nil, err
	}
	st := c.daemon.state.Load()
	c.exchanges++
	c.readAt = time.Now()
	logged := c.daemon.calls.add(c.readAt, message)
	c.daemon.events.add(&Event{Kind: EventRead, Time: c.readAt, Connection: c.number, Exchange: c.exchanges, Bytes: c.sizeOf(message)})
	return logged, st, nil
}

// sizeOf is the size of the request that message has returned, of which a relay may
// keep only the beginning.
func (c *connection) sizeOf(message []byte) int {
	if c.relayed != nil {
		return max(c.relayed.requests.size, len(message))
	}
	return len(message)
}

// message reads one whole request. With an error the connection is over.
func (c *connection) message() ([]byte, error) {
	if c.upstream != nil && !c.readClosed {
		r, err := c.front()
		if err != nil {
			return nil, err
		}
		return r.message()
	}
	if c.reader == nil || c.readClosed {
		if err := c.waitByte(); err != nil {
			return nil, c.lost(err)
		}
		c.reader = bufio.NewReaderSize(readOn{c}, firstBuffer)
	}
	message, err := c.protocol.ReadMessage(c.reader, c.limit)
	switch {
	case err == nil:
		c.makeRoom(len(message))
		return message, nil
	case len(message) == 0 || isTimeout(err) || c.gone: // nobody began a request, or one ends with the daemon or the client
		return nil, c.lost(err)
	}
	c.log(&Event{Kind: EventUnfinished, Bytes: len(message), Detail: err.Error()})
	return nil, ErrClosed
}

// buffered is how many bytes were read that belong to no request yet.
func (c *connection) buffered() int {
	switch {
	case c.relayed != nil:
		return c.relayed.requests.buffered()
	case c.reader != nil:
		return c.reader.Buffered()
	}
	return 0
}

// The reader's buffer holds a message of up to 64 KiB once one of its size has come: a
// connection with small ones has a small buffer.
const (
	firstBuffer = 4 << 10
	lastBuffer  = 64 << 10
)

// makeRoom has the reader hold the next message of a size that it could not hold this
// time. Where more has been read already it leaves that to another time.
func (c *connection) makeRoom(size int) {
	if have := c.reader.Size(); size > have && have < lastBuffer && c.reader.Buffered() == 0 {
		c.reader = bufio.NewReaderSize(readOn{c}, min(max(size, 2*have), lastBuffer))
	}
}

// waitByte returns when a byte can be read. Once the read side is shut none can:
// it waits for the client to go away, and returns io.EOF then.
func (c *connection) waitByte() error {
	if !c.readClosed {
		return c.wire.WaitByte()
	}
	return cmp.Or(c.wire.WaitGone(), io.EOF)
}

// next reads one more request inside another exchange, whose fault it shares.
func (c *connection) next(by decision) (*Exchange, error) {
	if c.upstream != nil {
		r, err := c.front()
		if err != nil {
			return nil, err
		}
		return r.nextIn(by)
	}
	request, st, err := c.read()
	if err != nil {
		return nil, err
	}
	return &Exchange{
		conn: c, state: st, number: c.exchanges,
		request: bytes.Clone(request), decision: by,
	}, nil
}

// note is as an Exchange's.
//
//go:noinline
func (c *connection) note(kind EventKind, detail string) {
	c.log(&Event{Kind: kind, Detail: detail})
}

func (c *connection) log(ev *Event) {
	ev.Connection, ev.Push = c.number, c.push
	if ev.Exchange == 0 {
		ev.Exchange = c.exchanges
	}
	c.daemon.events.add(ev)
}
