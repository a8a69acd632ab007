package langserver

import (
	"context"
	"fmt"
	"time"

	"github.com/faultdaemon/toolkit/examples/langserver/internal/lsp"
)

// maxWaiting is how many messages may wait to be written.
const maxWaiting = 64

// An outgoing is a message on its way to the daemon.
type outgoing struct {
	message []byte
	written chan<- struct{} // nil where nobody waits; else it has room for one
}

// write is the goroutine that writes. A message is written whole or the session
// is over: a call that is given up meanwhile does not cut it short, which would
// leave the daemon in the middle of a message.
func (c *Client) write() {
	for {
		select {
		case m := <-c.outbox:
			if _, err := c.conn.Write(m.message); err != nil {
				c.hearOut(err)
				return
			}
			if m.written != nil {
				m.written <- struct{}{}
			}
		case <-c.ended:
			return
		}
	}
}

// hearOut lets the reader go on for a while when a write has failed: what the
// daemon wrote before it left is the response to somebody.
func (c *Client) hearOut(err error) {
	c.unsaid <- err
	_ = c.conn.SetReadDeadline(time.Now().Add(c.timeout)) // fails when the client is closed
}

// enqueue puts a message behind those that wait to be written.
func (c *Client) enqueue(ctx context.Context, m outgoing) error {
	select {
	case c.outbox <- m:
		return nil
	case <-c.ended:
		return c.over()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// notify sends a notification and returns when it is written.
func (c *Client) notify(ctx context.Context, method string, params any) error {
	ctx, cancel := c.limit(ctx, "not written")
	defer cancel()
	text, err := message(nil, method, params)
	written := make(chan struct{}, 1)
	if err == nil {
		err = c.enqueue(ctx, outgoing{text, written})
	}
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	select {
	case <-written:
		return nil
	case <-c.ended:
		return fmt.Errorf("%s: %w", method, c.over())
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", method, context.Cause(ctx))
	}
}

// limit is ctx with the Timeout. Where that ends it, the cause says what has not
// happened.
func (c *Client) limit(ctx context.Context, what string) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, c.timeout, fmt.Errorf("%s within %s: %w", what, c.timeout, context.DeadlineExceeded))
}

// message returns a message to the daemon: a request, or a notification where
// the id is nil.
func message(id []byte, method string, params any) ([]byte, error) {
	m, err := lsp.Request(id, method, params)
	if err != nil {
		return nil, err
	}
	return m.Encode()
}
