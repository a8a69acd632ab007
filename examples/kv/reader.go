package kv

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// pending is a request whose reply is waited for.
type pending struct {
	request Message
	result  chan result // has room for one, and gets one at most
}

// result is what became of a request: a reply, or why there is none.
type result struct {
	reply Message
	err   error
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
			_ = c.fail(err) // what Close says of a connection that is over is of no interest
			return
		}
	}
}

// deliver gives a reply to the call that waits for it. One to a call that was
// given up is passed over. One that is to no request, or does not fit its
// request, means that daemon and client do not understand each other: it ends
// the connection.
func (c *Client) deliver(reply Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, found := c.pending[reply.ID]
	switch {
	case !found && int32(reply.ID-c.lastID) > 0:
		return fmt.Errorf("%w: a reply to request %d, and the last one was %d", ErrCorrupt, reply.ID, c.lastID)
	case !found:
		return nil
	}
	if err := fits(p.request, reply); err != nil {
		return err
	}
	delete(c.pending, reply.ID)
	c.seen = max(c.seen, reply.Revision)
	p.result <- result{reply: reply}
	return nil
}

// fits returns why a reply cannot be to this request, nil when it can.
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

// fail ends the connection, and with it every call that waits. Only the first
// reason counts.
func (c *Client) fail(reason error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return nil
	}
	c.err = reason
	for _, p := range c.pending {
		p.result <- result{err: reason}
	}
	clear(c.pending)
	return c.conn.Close()
}

// why returns why the connection is over, nil when it is not.
func (c *Client) why() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}
