package kv

import (
	"context"
	"errors"
	"net"
	"sync"
)

// A Reconnecting is a client that outlives its connection: a call that finds none
// opens one, and a call that fails on one closes it, so that nothing of it can reach
// the next call. No call is made again: that is its caller's to decide.
//
// It may be used concurrently. Calls that are out on a connection that is closed fail.
type Reconnecting struct {
	dial    func(ctx context.Context) (net.Conn, error)
	turn    chan struct{} // holds one token while a connection is opened
	mu      sync.Mutex
	current *Client
	closed  bool
}

// NewReconnecting returns a client that connects with dial when it is first used.
func NewReconnecting(dial func(ctx context.Context) (net.Conn, error)) *Reconnecting {
	return &Reconnecting{dial: dial, turn: make(chan struct{}, 1)}
}

// Get returns the value of a key.
func (r *Reconnecting) Get(ctx context.Context, key string) (value []byte, err error) {
	err = r.with(ctx, func(c *Client) error {
		value, err = c.Get(ctx, key)
		return err
	})
	return value, err
}

// Put gives a key a value.
func (r *Reconnecting) Put(ctx context.Context, key string, value []byte) error {
	return r.with(ctx, func(c *Client) error { return c.Put(ctx, key, value) })
}

// Close closes the connection, if there is one. Later calls fail with ErrClosed.
func (r *Reconnecting) Close() {
	r.mu.Lock()
	c := r.current
	r.current, r.closed = nil, true
	r.mu.Unlock()
	if c != nil {
		_ = c.Close() // nothing more is to come of it
	}
}

// with makes a call on the connection that there is, or on a new one, and closes that
// unless the daemon has replied.
func (r *Reconnecting) with(ctx context.Context, call func(*Client) error) error {
	c, err := r.client(ctx)
	if err != nil {
		return err
	}
	err = call(c)
	var refused *RefusedError
	if err != nil && !errors.Is(err, ErrNoKey) && !errors.As(err, &refused) {
		r.drop(c)
	}
	return err
}

// client returns the client of the connection that there is, or of a new one.
func (r *Reconnecting) client(ctx context.Context) (*Client, error) {
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	defer func() { <-r.turn }()
	r.mu.Lock()
	c, closed := r.current, r.closed
	r.mu.Unlock()
	switch {
	case closed:
		return nil, ErrClosed
	case c != nil && c.why() == nil:
		return c, nil
	case c != nil:
		r.drop(c) // it ended while nobody asked
	}
	conn, err := r.dial(ctx)
	if err != nil {
		return nil, err
	}
	c = NewClient(conn)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		_ = c.Close()
		return nil, ErrClosed
	}
	r.current = c
	return c, nil
}

// drop closes a connection, and lets the next call open another.
func (r *Reconnecting) drop(c *Client) {
	r.mu.Lock()
	if r.current == c {
		r.current = nil
	}
	r.mu.Unlock()
	_ = c.Close() // it has failed already
}
