package kv

import (
	"context"
	"fmt"
	"time"
)

// call is one request and its reply, under one deadline for everything.
func (c *Client) call(ctx context.Context, request Message) (Message, error) {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no reply within %s: %w", timeout, context.DeadlineExceeded))
	defer cancel()
	request.Shard = Shard(request.Key)
	p, err := c.begin(request)
	if err != nil {
		return Message{}, err
	}
	defer c.giveUp(p.request.ID)
	if err := c.send(ctx, p.request); err != nil {
		return Message{}, err
	}
	select {
	case r := <-p.result:
		if r.err != nil {
			return Message{}, r.err
		}
		return r.reply, outcome(p.request, r.reply)
	case <-ctx.Done():
		return Message{}, context.Cause(ctx)
	}
}

// begin gives a request its id, and makes it one that waits.
func (c *Client) begin(request Message) (pending, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return pending{}, c.err
	}
	c.lastID++
	request.ID, request.Revision = c.lastID, c.seen
	p := pending{request: request, result: make(chan result, 1)}
	c.pending[request.ID] = p
	return p, nil
}

// giveUp makes a request one that nobody waits for.
func (c *Client) giveUp(id uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pending, id)
}

// send writes a request, when it is its turn. When ctx ends it stops: a request
// that has been written in part is the last one of its connection.
func (c *Client) send(ctx context.Context, request Message) error {
	message, err := request.Bytes()
	if err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	select {
	case c.writing <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-c.writing }()
	n, err := c.write(ctx, message)
	if err != nil && n > 0 {
		_ = c.fail(fmt.Errorf("a request was cut off after %d of its %d bytes: %v", n, len(message), err))
	}
	return err
}

// write is a write that ends with ctx.
func (c *Client) write(ctx context.Context, message []byte) (int, error) {
	over := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(over)
		_ = c.conn.SetWriteDeadline(time.Unix(1, 0)) // fails when the connection is closed, which ends the write too
	})
	n, err := c.conn.Write(message)
	if !stop() {
		<-over
		_ = c.conn.SetWriteDeadline(time.Time{})
	}
	switch {
	case err == nil:
		return n, nil
	case ctx.Err() != nil:
		return n, context.Cause(ctx)
	case c.why() != nil: // and with the connection this write
		return n, c.why()
	}
	return n, fmt.Errorf("send the request: %w", err)
}

// outcome is the error that a reply stands for.
func outcome(request, reply Message) error {
	switch {
	case reply.Status == Refused:
		return &RefusedError{string(reply.Value)}
	case reply.Revision < request.Revision:
		return fmt.Errorf("%w: revision %d, after %d was seen", ErrStale, reply.Revision, request.Revision)
	case reply.Status == NoKey:
		return ErrNoKey
	}
	return nil
}
