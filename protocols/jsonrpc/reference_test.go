package jsonrpc_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
)

// A client is a client of JSON-RPC 2.0 that does nothing wrong, on one
// connection, or the pipes of a server that it has spawned, for one goroutine
// or many. It is written to be copied.
//
//   - One goroutine reads for as long as the connection lives, whoever writes:
//     a daemon that writes while it is written to never waits for this client.
//   - Another one writes. A call hands its message over and waits for its
//     reply, both for no longer than its context lasts; what the daemon does
//     not read holds up nobody else, and no message is left half written.
//   - A call is in the table before its message is on its way.
//   - A response goes to the call with its id, whatever the order. One that
//     no call waits for, because it is late or a second one, is passed over.
//   - When the connection ends, or what comes is no message of JSON-RPC, every
//     call that is out fails at once, with the reason.
//   - An error with the id null which says that the daemon could not read a
//     request fails every call, for each may be the one. Any other is the
//     answer to a notification, for which nobody waits.
//   - An array that answers a batch has all its responses: a call of the batch
//     that is not in there fails. One without any may be for each batch.
//   - Notifications are passed over. Requests of the daemon's are answered,
//     with the ids that it gave them.
//   - What is kept is bounded: a message by maxMessage, answers that are not
//     yet written by maxAnswers.
//   - Close ends both goroutines and waits for them.
type client struct {
	conn  io.ReadWriteCloser
	frame func(text []byte) []byte
	out   chan []byte // messages to write, in this order
	ended chan struct{}
	work  sync.WaitGroup

	mu     sync.Mutex
	err    error // why it ended
	lastID int64
	calls  map[int64]*call // that are out
}

// maxAnswers is how many messages may wait to be written.
const maxAnswers = 64

var errClosed = errors.New("the client is closed")

// A call is a request that is out.
type call struct {
	id    int64
	batch int64        // the id of its batch's first call; 0 of a call alone
	done  chan outcome // has room for the one that comes
}

// An outcome is what comes of a call.
type outcome struct {
	result json.RawMessage
	err    error
}

// newClient takes the connection over.
func newClient(conn io.ReadWriteCloser, f framing) *client {
	c := &client{
		conn: conn, frame: f.frame,
		out: make(chan []byte, maxAnswers), ended: make(chan struct{}), calls: make(map[int64]*call),
	}
	c.work.Go(func() { c.read(f.texts(conn)) })
	c.work.Go(c.write)
	return c
}

// Close ends the connection. Calls that are out fail.
func (c *client) Close() {
	c.end(errClosed)
	c.work.Wait()
}

// An outgoing is a request, by its method and its params: an array, an object, or nil.
type outgoing struct {
	Version string `json:"jsonrpc"`
	Method  string `json:"method"`
	Params  any    `json:"params,omitempty"`
	ID      int64  `json:"id,omitempty"` // 0 for a notification, else set by Start
}

// Notify sends a notification.
func (c *client) Notify(ctx context.Context, method string, params any) error {
	return c.send(ctx, outgoing{Version: "2.0", Method: method, Params: params})
}

// Call makes one call and waits for its result.
func (c *client) Call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	calls, err := c.Start(ctx, outgoing{Method: method, Params: params})
	if err != nil {
		return nil, err
	}
	return c.Wait(ctx, calls[0])
}

// Start makes a call, or several as a batch, and does not wait for results.
func (c *client) Start(ctx context.Context, requests ...outgoing) ([]*call, error) {
	calls, err := c.register(requests)
	if err != nil {
		return nil, err
	}
	if len(requests) == 1 {
		err = c.send(ctx, requests[0])
	} else {
		err = c.send(ctx, requests)
	}
	if err != nil {
		c.forget(calls...)
		return nil, err
	}
	return calls, nil
}

// Wait returns what comes of a call.
func (c *client) Wait(ctx context.Context, call *call) (json.RawMessage, error) {
	select {
	case r := <-call.done:
		return r.result, r.err
	case <-ctx.Done():
		c.forget(call)
		return nil, fmt.Errorf("call %d: %w", call.id, ctx.Err())
	}
}

// register puts requests into the table, and their ids into them.
func (c *client) register(requests []outgoing) (list []*call, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return nil, c.err
	}
	batch := c.lastID + 1
	if len(requests) == 1 {
		batch = 0
	}
	for i := range requests {
		c.lastID++
		requests[i].Version, requests[i].ID = "2.0", c.lastID
		call := &call{id: c.lastID, batch: batch, done: make(chan outcome, 1)}
		c.calls[call.id] = call
		list = append(list, call)
	}
	return list, nil
}

func (c *client) forget(calls ...*call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, call := range calls {
		delete(c.calls, call.id)
	}
}

// send hands a message over to be written.
func (c *client) send(ctx context.Context, message any) error {
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	select {
	case c.out <- c.frame(text):
		return nil
	case <-c.ended:
		return c.reason()
	case <-ctx.Done():
		return fmt.Errorf("send: %w", ctx.Err())
	}
}

// write writes what there is to write. A daemon that takes no more may have
// said something before: the reader has a moment to find that, or the end.
func (c *client) write() {
	for {
		select {
		case message := <-c.out:
			if _, err := c.conn.Write(message); err != nil {
				select {
				case <-time.After(100 * time.Millisecond):
					c.end(fmt.Errorf("the daemon reads no more: %w", err))
				case <-c.ended:
				}
				return
			}
		case <-c.ended:
			return
		}
	}
}

// read deals with what comes until the connection ends.
func (c *client) read(texts texts) {
	for {
		text, err := texts.next()
		if err == nil {
			err = c.handle(text)
		}
		if err != nil {
			c.end(fmt.Errorf("the connection has ended: %w", err))
			return
		}
	}
}

// handle deals with one message, or with the array that answers a batch. An
// error ends the connection.
func (c *client) handle(text []byte) error {
	messages, isArray, err := parse(text)
	if err != nil {
		return err
	}
	answered := make(map[int64]bool) // batches
	for _, m := range messages {
		switch {
		case m.isRequest():
			err = c.answer(m)
		case m.isResponse():
			answered[c.deliver(m)] = true
		}
		if err != nil {
			return err
		}
	}
	if isArray {
		c.fail(errors.New("its batch was answered without it"), func(call *call) bool {
			return call.batch != 0 && (answered[call.batch] || len(messages) == 0)
		})
	}
	return nil
}

// deliver gives a response to the call that it is for, and returns that one's
// batch.
func (c *client) deliver(m incoming) (batch int64) {
	if m.unreadable() {
		c.fail(m.failure, func(*call) bool { return true })
		return 0
	}
	id, err := strconv.ParseInt(string(m.id), 10, 64) // an id of ours has digits, no quotes and no point
	if err != nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	call := c.calls[id]
	if call == nil {
		return 0
	}
	delete(c.calls, id)
	call.done <- outcome{m.result, m.failure}
	return call.batch
}

// answer answers a request of the daemon's.
func (c *client) answer(m incoming) error {
	text := fmt.Appendf(nil, `{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":%s}`, m.id)
	if m.method == "ping" {
		text = fmt.Appendf(nil, `{"jsonrpc":"2.0","result":{},"id":%s}`, m.id)
	}
	select {
	case c.out <- c.frame(text):
		return nil
	default: // to wait here would be not to read
		return fmt.Errorf("the daemon asks and does not read the answers: %d wait to be written", maxAnswers)
	}
}

// fail ends the calls that are picked with an error.
func (c *client) fail(err error, pick func(*call) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, call := range c.calls {
		if pick(call) {
			delete(c.calls, id)
			call.done <- outcome{err: err}
		}
	}
}

// end closes the connection, once, and fails what is out.
func (c *client) end(err error) {
	c.mu.Lock()
	first := c.err == nil
	if first {
		c.err = err
		close(c.ended)
	}
	c.mu.Unlock()
	if first {
		_ = c.conn.Close()
		c.fail(err, func(*call) bool { return true })
	}
}

func (c *client) reason() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
