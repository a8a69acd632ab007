package kv

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// ErrNoKey is the error of a Get and of a Delete when there is no such key.
var ErrNoKey = errors.New("no such key")

// ErrStale is wrapped by the error of a call whose reply is older than what the
// client has seen before.
var ErrStale = errors.New("the reply is out of date")

// A RefusedError is the daemon's refusal of a request.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return "the daemon refuses: " + e.Reason }

// Get returns the value of a key.
func (c *Client) Get(ctx context.Context, key string) ([]byte, error) {
	reply, err := c.call(ctx, Message{Operation: Get, Key: key})
	if err != nil {
		return nil, fmt.Errorf("get %q: %w", key, err)
	}
	return reply.Value, nil
}

// GetAll returns the values of several keys, in their order; it asks for all
// of them at once. Where one cannot be had there are no values, and the error
// says what was the matter with each.
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

// Delete removes a key.
func (c *Client) Delete(ctx context.Context, key string) error {
	if _, err := c.call(ctx, Message{Operation: Delete, Key: key}); err != nil {
		return fmt.Errorf("delete %q: %w", key, err)
	}
	return nil
}

// call is one request and its reply, under one deadline for everything.
func (c *Client) call(ctx context.Context, request Message) (Message, error) {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("no reply within %s: %w", timeout, context.DeadlineExceeded))
	defer cancel()
	request.Shard = Shard(request.Key)
	id, waiting, err := c.register(&request)
	if err != nil {
		return Message{}, err
	}
	defer c.forget(id)
	if err := c.send(ctx, request); err != nil {
		return Message{}, err
	}
	select {
	case r := <-waiting:
		if r.err != nil {
			return Message{}, r.err
		}
		return r.reply, outcome(request, r.reply)
	case <-ctx.Done():
		return Message{}, context.Cause(ctx)
	}
}

// register gives a request its id, and makes it one that waits.
func (c *Client) register(request *Message) (uint32, chan result, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return 0, nil, c.err
	}
	c.lastID++
	request.ID, request.Revision = c.lastID, c.seen
	waiting := call{request: *request, result: make(chan result, 1)}
	c.pending[request.ID] = waiting
	return request.ID, waiting.result, nil
}

// forget gives a call up.
func (c *Client) forget(id uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.pending, id)
}

// send writes a request. One that is not written in time is cut off in the
// middle, and so is the connection.
func (c *Client) send(ctx context.Context, request Message) error {
	message, err := request.Bytes()
	if err != nil {
		return err
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	deadline, _ := ctx.Deadline()
	if err := c.conn.SetWriteDeadline(deadline); err != nil {
		return err
	}
	if _, err := c.conn.Write(message); err != nil {
		_ = c.fail(err) // the connection is of no use any more
		return fmt.Errorf("send the request: %w", err)
	}
	return nil
}

// fits returns what is wrong with a reply that cannot be to this request: the
// two ends do not mean the same by the same id.
func fits(request, reply Message) error {
	switch {
	case !reply.IsReply || reply.Operation != request.Operation:
		return fmt.Errorf("%w: request %d has a reply to another operation", ErrCorrupt, request.ID)
	case reply.Shard != request.Shard:
		return fmt.Errorf("%w: request %d is for shard %d, and shard %d replies", ErrCorrupt, request.ID, request.Shard, reply.Shard)
	case reply.Key != request.Key:
		return fmt.Errorf("%w: request %d is about key %q, and its reply about %q", ErrCorrupt, request.ID, request.Key, reply.Key)
	}
	return nil
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
