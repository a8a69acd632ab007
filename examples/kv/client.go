package kv

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// DefaultTimeout is how long a call takes at most when the Client does not
// say.
const DefaultTimeout = time.Second

// What a call may fail with, beside what went wrong on the connection.
var (
	// ErrNoKey is wrapped by the error of a Get or a Delete of a key that the
	// daemon does not have.
	ErrNoKey = errors.New("no such key")

	// ErrStale is wrapped by the error of a call whose reply is older than
	// what the client had seen when it asked.
	ErrStale = errors.New("the reply is out of date")

	// ErrClosed is wrapped by the error of a call on a client that is closed.
	ErrClosed = errors.New("the client is closed")
)

// A RefusedError is the daemon's own refusal of a request.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return "the daemon refuses: " + e.Reason }

// A Client talks to the daemon over one connection, which carries any number
// of calls at once. It may be used concurrently. When the connection ends, all
// calls that wait for a reply fail at once, and so does every later one.
type Client struct {
	// Timeout is how long a call may take, from its beginning to the last
	// byte of the reply; 0 is DefaultTimeout. It is not to be changed once
	// there was a call.
	Timeout time.Duration

	conn    net.Conn
	writing chan struct{} // holds one token while a request is written
	ended   chan struct{} // closed when the reader has returned

	mu      sync.Mutex
	pending map[uint32]pending
	lastID  uint32
	seen    uint64 // the newest revision
	err     error  // why the connection is over
}

// Dial connects to the daemon that listens on a Unix socket.
func Dial(ctx context.Context, socket string) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	return NewClient(conn), nil
}

// NewClient returns a client that has a connection for itself. A goroutine
// reads from it until it ends or Close is called.
func NewClient(conn net.Conn) *Client {
	c := &Client{
		conn:    conn,
		writing: make(chan struct{}, 1),
		ended:   make(chan struct{}),
		pending: make(map[uint32]pending),
	}
	go c.read()
	return c
}

// Close closes the connection. Calls that wait for a reply fail with
// ErrClosed. When Close returns, the client's goroutine has ended.
func (c *Client) Close() error {
	err := c.fail(ErrClosed)
	<-c.ended
	return err
}

// Get returns the value of a key.
func (c *Client) Get(ctx context.Context, key string) ([]byte, error) {
	reply, err := c.call(ctx, Message{Operation: Get, Key: key})
	if err != nil {
		return nil, fmt.Errorf("get %q: %w", key, err)
	}
	return reply.Value, nil
}

// GetAll returns the values of several keys, in their order; it asks for all of
// them at once. Where one cannot be had there are no values, and the error says
// what was the matter with each.
func (c *Client) GetAll(ctx context.Context, keys ...string) ([][]byte, error) {
	values, errs := make([][]byte, len(keys)), make([]error, len(keys))
	var calls sync.WaitGroup
	for i, key := range keys {
		calls.Go(func() { values[i], errs[i] = c.Get(ctx, key) })
	}
	calls.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return values, nil
}

// Put gives a key a value.
func (c *Client) Put(ctx context.Context, key string, value []byte) error {
	if _, err := c.call(ctx, Message{Operation: Put, Key: key, Value: value}); err != nil {
		return fmt.Errorf("put %q: %w", key, err)
	}
	return nil
}

// Delete removes a key and its value.
func (c *Client) Delete(ctx context.Context, key string) error {
	if _, err := c.call(ctx, Message{Operation: Delete, Key: key}); err != nil {
		return fmt.Errorf("delete %q: %w", key, err)
	}
	return nil
}
