package langserver

import (
	"context"
	"errors"
	"net"
	"sync"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// A Reconnecting is a client that outlives its session with the daemon: a call that
// finds none begins one, handshake and open documents included, and a call that
// fails ends it, unless it is the daemon's own answer that is an error. No call is
// made again: that is its caller's to decide.
//
// Its calls are made one at a time.
type Reconnecting struct {
	dial    func(ctx context.Context) (net.Conn, error)
	options Options
	turn    chan struct{} // holds one token while a call is made

	mu      sync.Mutex
	current *Client
	closed  bool
	docs    map[string]string // that each session has to know, by URI
}

// NewReconnecting returns a client that connects with dial when it is first used.
func NewReconnecting(dial func(ctx context.Context) (net.Conn, error), opts Options) *Reconnecting {
	return &Reconnecting{dial: dial, options: opts, turn: make(chan struct{}, 1), docs: make(map[string]string)}
}

// Open has the daemon know a document, in this session and in those that follow.
func (r *Reconnecting) Open(ctx context.Context, uri, text string) error {
	return r.with(ctx, func(c *Client) error {
		if err := c.Open(ctx, uri, text); err != nil {
			return err
		}
		r.docs[uri] = text
		return nil
	})
}

// Hover returns what the daemon says about a line.
func (r *Reconnecting) Hover(ctx context.Context, uri string, line int) (text string, err error) {
	err = r.with(ctx, func(c *Client) error {
		text, err = c.Hover(ctx, uri, line)
		return err
	})
	return text, err
}

// Close ends the session, if there is one. Later calls fail with ErrClosed.
func (r *Reconnecting) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.drop()
}

// with makes a call in the session that there is, or in a new one, and ends that
// unless the daemon has replied.
func (r *Reconnecting) with(ctx context.Context, call func(*Client) error) error {
	select {
	case r.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-r.turn }()
	c, err := r.client(ctx)
	if err != nil {
		return err
	}
	err = call(c)
	var refusal *lsp.Error
	if err != nil && !errors.As(err, &refusal) {
		r.drop()
	}
	return err
}

// client returns the client of the session that there is, or of a new one.
func (r *Reconnecting) client(ctx context.Context) (*Client, error) {
	r.mu.Lock()
	c, closed := r.current, r.closed
	r.mu.Unlock()
	switch {
	case closed:
		return nil, ErrClosed
	case c != nil && !c.isOver():
		return c, nil
	}
	r.drop() // it ended while nobody asked
	c, err := r.begin(ctx)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	r.current, closed = c, r.closed
	r.mu.Unlock()
	if closed {
		r.drop()
		return nil, ErrClosed
	}
	return c, nil
}

// begin begins a session in which the daemon knows what it has to.
func (r *Reconnecting) begin(ctx context.Context) (*Client, error) {
	conn, err := r.dial(ctx)
	if err != nil {
		return nil, err
	}
	c, err := New(ctx, conn, r.options)
	if err != nil {
		return nil, err
	}
	for uri, text := range r.docs {
		if err := c.Open(ctx, uri, text); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

// drop ends the session, if there is one.
func (r *Reconnecting) drop() {
	r.mu.Lock()
	c := r.current
	r.current = nil
	r.mu.Unlock()
	if c != nil {
		c.Close()
	}
}
