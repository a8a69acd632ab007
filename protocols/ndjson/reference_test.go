package ndjson_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
	"unicode/utf8"
)

// A client is a client of newline-delimited JSON that does nothing wrong, on
// one connection, for one goroutine or many. It is written to be copied.
//
//		{"id":1,"type":"get","text":"milk"}\n
//		{"id":1,"percent":50}\n
//		{"id":1,"ok":true,"text":"two litres"}\n
//
//	  - One goroutine reads for as long as the connection lives, whoever writes.
//	    Another one writes. A call hands its message over and waits for its
//	    reply, both for no longer than its context lasts.
//	  - A call is in the table before its message is on its way, and a reply
//	    goes to the call with its id, whatever the order. One that no call waits
//	    for, because it is late or a second one, is passed over.
//	  - When the connection ends, or what comes is no message of the protocol,
//	    every call that is out fails at once, with the reason: a line that
//	    cannot be read may have been anybody's.
//	  - A line ends at 0x0A and nowhere else, and an end of the stream inside of
//	    one is an error. Blank lines are passed over.
//	  - A line has at most maxLine bytes.
//	  - Close ends both goroutines and waits for them.
type client struct {
	conn  net.Conn
	out   chan []byte // messages to write, in this order
	ended chan struct{}
	work  sync.WaitGroup

	mu     sync.Mutex
	err    error // why it ended
	lastID int64
	calls  map[int64]*call // that are out
}

// maxLine is the longest line that the client reads, newline included.
const maxLine = 1 << 20

var errClosed = errors.New("the client is closed")

// A call is a request that is out.
type call struct {
	id   int64
	done chan outcome // has room for the one that comes
}

// An outcome is what comes of a call.
type outcome struct {
	text string
	err  error
}

// newClient takes the connection over.
func newClient(conn net.Conn) *client {
	c := &client{conn: conn, out: make(chan []byte), ended: make(chan struct{}), calls: make(map[int64]*call)}
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
func (c *client) Start(ctx context.Context, kind, text string) (*call, error) {
	call, err := c.register()
	if err != nil {
		return nil, err
	}
	message, err := json.Marshal(struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
		Text string `json:"text"`
	}{call.id, kind, text})
	if err != nil { // of strings there is none
		return nil, err
	}
	select {
	case c.out <- append(message, '\n'):
		return call, nil
	case <-c.ended:
		return nil, c.reason()
	case <-ctx.Done():
		c.forget(call)
		return nil, fmt.Errorf("call %d: send: %w", call.id, ctx.Err())
	}
}

// Wait returns what comes of a call.
func (c *client) Wait(ctx context.Context, call *call) (string, error) {
	select {
	case o := <-call.done:
		return o.text, o.err
	case <-ctx.Done():
		c.forget(call)
		return "", fmt.Errorf("call %d: %w", call.id, ctx.Err())
	}
}

func (c *client) register() (*call, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return nil, c.err
	}
	c.lastID++
	call := &call{id: c.lastID, done: make(chan outcome, 1)}
	c.calls[call.id] = call
	return call, nil
}

func (c *client) forget(call *call) {
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
		line, err := readLine(r)
		if err == nil && len(bytes.TrimSpace(line)) > 0 {
			err = c.handle(line)
		}
		if err != nil {
			c.end(fmt.Errorf("the connection has ended: %w", err))
			return
		}
	}
}

// readLine reads to the newline, at most maxLine bytes.
func readLine(r *bufio.Reader) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, fmt.Errorf("a line of more than %d bytes", maxLine)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		default:
			return line, err
		}
	}
}

// handle deals with one message. An error ends the connection.
func (c *client) handle(line []byte) error {
	id, o, final, err := parse(line)
	if err != nil || !final {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if call := c.calls[id]; call != nil {
		delete(c.calls, id)
		call.done <- o
	}
	return nil
}

// parse holds a line to the rules. A map, and no struct, takes its members:
// encoding/json fills a struct's fields from names in any case.
//
//   - It is one JSON object in UTF-8, and nothing else.
//   - It has an id, which is an integer.
//   - One with the member percent is progress: it is not final.
//   - Any other has an error, which is a string, or else ok, which is true,
//     and a text.
//   - Members that are not known mean nothing.
func parse(line []byte) (id int64, o outcome, final bool, err error) {
	var members map[string]json.RawMessage
	if !utf8.Valid(line) {
		return 0, o, false, errors.New("a line that is no UTF-8")
	}
	if err := json.Unmarshal(line, &members); err != nil {
		return 0, o, false, err
	}
	if err := member(members, "id", &id); err != nil {
		return 0, o, false, err
	}
	if _, progress := members["percent"]; progress {
		return id, o, false, nil
	}
	if _, failed := members["error"]; failed {
		var text string
		err := member(members, "error", &text)
		o.err = fmt.Errorf("the daemon says: %s", text)
		return id, o, true, err
	}
	if string(members["ok"]) != "true" {
		return 0, o, false, errors.New("a reply that is neither ok nor an error")
	}
	return id, o, true, member(members, "text", &o.text)
}

// member reads a member that has to be there, and not null.
func member(members map[string]json.RawMessage, name string, v any) error {
	value, found := members[name]
	if !found || string(value) == "null" {
		return fmt.Errorf("a message without %q", name)
	}
	if err := json.Unmarshal(value, v); err != nil {
		return fmt.Errorf("the %s: %w", name, err)
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
