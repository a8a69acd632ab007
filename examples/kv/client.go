package kv

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// DefaultTimeout is how long a call takes at most when the Client does not
// say.
const DefaultTimeout = time.Second

// ErrClosed is the error of a call on a client that was closed, or that is
// closed meanwhile.
var ErrClosed = errors.New("the client is closed")

// A Client talks to the daemon over one connection. It may be used
// concurrently: the calls go over the connection at once. When the connection
// ends, all calls that wait for a reply fail, and every later one does.
type Client struct {
	// Timeout is how long a call may take, from its beginning to the last
	// byte of the reply; 0 is DefaultTimeout. It is not to be changed after
	// the first call.
	Timeout time.Duration

	conn    net.Conn
	writing sync.Mutex    // one request at a time
	ended   chan struct{} // closed when the reader has

	mu      sync.Mutex
	pending map[uint32]call
	lastID  uint32
	seen    uint64 // the newest revision
	err     error  // why the connection is over
}

// A call waits for its reply.
type call struct {
	request Message
	result  chan result // with room for one
}

type result struct {
	reply Message
	err   error
}

// Dial connects to the daemon that listens on a Unix socket. The client is to
// be closed.
func Dial(ctx context.Context, socket string) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	return NewClient(conn), nil
}

// NewClient returns a client that has a connection for itself. It is to be
// closed: until then, or until the connection ends, a goroutine reads.
func NewClient(conn net.Conn) *Client {
	c := &Client{conn: conn, ended: make(chan struct{}), pending: make(map[uint32]call)}
	go c.read()
	return c
}

// Close closes the connection. The calls that wait for a reply fail with
// ErrClosed. When Close returns, nothing of the client runs any more.
func (c *Client) Close() error {
	err := c.fail(ErrClosed)
	<-c.ended
	return err
}

// read hands replies out until the connection ends.
func (c *Client) read() {
	defer close(c.ended)
	for r := bufio.NewReader(c.conn); ; {
		reply, err := ReadMessage(r)
		if err == io.EOF {
			err = errors.New("the daemon closed the connection")
		}
		if err == nil {
			err = c.deliver(reply)
		}
		if err != nil {
			_ = c.fail(err) // of the connection that is over
			return
		}
	}
}

// deliver gives a reply to the call that waits for it. One that comes too late
// is passed over; one that belongs to no request that was ever made is an
// error.
func (c *Client) deliver(reply Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	waiting, found := c.pending[reply.ID]
	switch {
	case !found && int32(reply.ID-c.lastID) > 0:
		return fmt.Errorf("%w: a reply to request %d, of %d that were made", ErrCorrupt, reply.ID, c.lastID)
	case !found:
		return nil
	}
	if err := fits(waiting.request, reply); err != nil {
		return err
	}
	delete(c.pending, reply.ID)
	c.seen = max(c.seen, reply.Revision)
	waiting.result <- result{reply: reply}
	return nil
}

// fail ends the connection, once, and with it every call.
func (c *Client) fail(reason error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return nil
	}
	c.err = reason
	for _, waiting := range c.pending {
		waiting.result <- result{err: reason}
	}
	clear(c.pending)
	return c.conn.Close()
}
