package lengthprefix_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// A client is a client of length-prefixed JSON that does nothing wrong, on one
// connection, for one goroutine or many. It is written to be copied; a wire is
// how a protocol puts its payloads into messages.
//
//		{"id":1,"type":"get","text":"milk"}
//		{"id":1,"percent":50}
//		{"id":1,"ok":true,"text":"two litres"}
//
//	  - One goroutine reads for as long as the connection lives, whoever writes.
//	    Another one writes. A call hands its message over and waits for its
//	    reply, both for no longer than its context lasts.
//	  - A call is in the table before its message is on its way, and a reply
//	    goes to the call with its id, whatever the order. One that no call waits
//	    for, because it is late or a second one, is passed over.
//	  - When the connection ends, or what comes is no message of the protocol,
//	    every call that is out fails at once, with the reason: behind a length
//	    that lies nobody knows where a message begins.
//	  - Close ends both goroutines and waits for them.
type client struct {
	conn  net.Conn
	wire  wire
	out   chan []byte // messages to write, in this order
	ended chan struct{}
	work  sync.WaitGroup

	mu     sync.Mutex
	err    error // why it ended
	lastID uint32
	calls  map[uint32]*remoteCall // that are out
}

var errClosed = errors.New("the client is closed")

// A remoteCall is a request that is out.
type remoteCall struct {
	id   uint32
	done chan outcome // has room for the one that comes
}

// An outcome is what comes of a call.
type outcome struct {
	text string
	err  error
}

// newClient takes the connection over.
func newClient(conn net.Conn, w wire) *client {
	c := &client{conn: conn, wire: w, out: make(chan []byte), ended: make(chan struct{}), calls: make(map[uint32]*remoteCall)}
	c.work.Go(c.read)
	c.work.Go(c.write)
	return c
}

// Close ends the connection. Calls that are out fail.
func (c *client) Close() {
	c.end(errClosed)
	c.work.Wait()
}

// Call makes one call and waits for what comes of it.
func (c *client) Call(ctx context.Context, kind, text string) (string, error) {
	call, err := c.Start(ctx, kind, text)
	if err != nil {
		return "", err
	}
	return c.Wait(ctx, call)
}

// Start makes a call and does not wait for its reply.
func (c *client) Start(ctx context.Context, kind, text string) (*remoteCall, error) {
	call, err := c.register()
	if err != nil {
		return nil, err
	}
	payload, err := json.Marshal(note{ID: call.id, Type: kind, Text: text})
	if err != nil { // of strings there is none
		return nil, err
	}
	select {
	case c.out <- c.wire.frame(call.id, payload):
		return call, nil
	case <-c.ended:
		return nil, c.reason()
	case <-ctx.Done():
		c.forget(call)
		return nil, fmt.Errorf("call %d: send: %w", call.id, ctx.Err())
	}
}

// Wait returns what comes of a call.
func (c *client) Wait(ctx context.Context, call *remoteCall) (string, error) {
	select {
	case o := <-call.done:
		return o.text, o.err
	case <-ctx.Done():
		c.forget(call)
		return "", fmt.Errorf("call %d: %w", call.id, ctx.Err())
	}
}

func (c *client) register() (*remoteCall, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return nil, c.err
	}
	c.lastID++
	call := &remoteCall{id: c.lastID, done: make(chan outcome, 1)}
	c.calls[call.id] = call
	return call, nil
}

func (c *client) forget(call *remoteCall) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.calls, call.id)
}

// write writes what there is to write. A daemon that takes no more may have
// said something before: the reader has a moment to find that, or the end.
func (c *client) write() {
	for {
		select {
		case message := <-c.out:
			if _, err := c.conn.Write(message); err != nil {
				_ = c.conn.SetReadDeadline(time.Now().Add(100 * time.Millisecond)) // fails when it is closed
				return
			}
		case <-c.ended:
			return
		}
	}
}

// read deals with what comes until the connection ends.
func (c *client) read() {
	for r := bufio.NewReader(c.conn); ; {
		id, payload, err := c.wire.read(r)
		if err == nil {
			err = c.handle(id, payload)
		}
		if err != nil {
			c.end(fmt.Errorf("the connection has ended: %w", err))
			return
		}
	}
}

// A note is what travels. Of a reply, an id is required, and one of percent,
// error and ok.
type note struct {
	ID      uint32 `json:"id"`
	Type    string `json:"type,omitempty"`
	Text    string `json:"text,omitempty"`
	OK      bool   `json:"ok,omitempty"`
	Error   string `json:"error,omitempty"`
	Percent int    `json:"percent,omitempty"`
}

// handle deals with one payload, which is one JSON object and nothing else, and
// with the id in its header where there is one. An error ends the connection.
func (c *client) handle(id uint32, payload []byte) error {
	var n note
	if err := json.Unmarshal(payload, &n); err != nil {
		return err
	}
	var o outcome
	switch {
	case n.ID == 0:
		return errors.New("a message without an id")
	case id != 0 && id != n.ID:
		return fmt.Errorf("a message for call %d in the header and %d behind it", id, n.ID)
	case n.Percent > 0:
		return nil
	case n.Error != "":
		o.err = fmt.Errorf("the daemon says: %s", n.Error)
	case !n.OK:
		return errors.New("a reply that is neither ok nor an error")
	default:
		o.text = n.Text
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if call := c.calls[n.ID]; call != nil {
		delete(c.calls, n.ID)
		call.done <- o
	}
	return nil
}

// end closes the connection, once, and fails what is out.
func (c *client) end(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	c.err = err
	close(c.ended)
	_ = c.conn.Close()
	for id, call := range c.calls {
		delete(c.calls, id)
		call.done <- outcome{err: err}
	}
}

func (c *client) reason() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
