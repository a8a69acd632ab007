package faultdaemon

import (
	"os"
	"time"
)

// Next reads and records one more request and returns its exchange, which
// ends when e does. It waits as long as within says, 0 for ever; after that
// the error is an os.ErrDeadlineExceeded and nothing is lost. When the client
// has gone it is ErrClosed.
func (e *Exchange) Next(within time.Duration) (*Exchange, error) {
	if err := e.awaitByte(within); err != nil {
		return nil, err
	}
	return e.conn.next(e.decision)
}

// NextReply reads and records requests, as Next does, until one has a reply,
// and returns its exchange and its R. Those without a reply are over with that.
// It waits as long as within says in all, 0 for ever; after that next is nil
// and the error an os.ErrDeadlineExceeded. When the handler fails, next is the
// exchange of that request and the error the handler's.
func (e *Exchange) NextReply(within time.Duration) (next *Exchange, r []byte, err error) {
	for until := time.Now().Add(within); ; {
		if next, err = e.Next(within); err != nil {
			return nil, nil, err
		}
		if r, err = next.Response(); err != nil || len(r) > 0 {
			return next, r, err
		}
		if within == 0 {
			continue
		}
		if within = time.Until(until); within <= 0 {
			return nil, nil, os.ErrDeadlineExceeded
		}
	}
}

// awaitByte waits until a byte of the client's is there to be read.
func (e *Exchange) awaitByte(within time.Duration) error {
	c := e.conn
	if c.push {
		return NotFired("what an upstream sends by itself comes one by one")
	}
	if c.relayed != nil {
		if c.relayed.parked != nil {
			return nil
		}
		if err := c.relayed.requests.flush(); err != nil {
			return c.relayed.fail(err)
		}
	}
	if c.buffered() > 0 && !c.readClosed {
		return nil
	}
	if within > 0 {
		if err := c.setReadDeadline(time.Now().Add(within)); err != nil {
			return err
		}
		defer func() { _ = c.setReadDeadline(time.Time{}) }()
	}
	err := c.waitByte()
	if err == nil || (isTimeout(err) && !c.isStopped()) {
		return err
	}
	return c.lost(err)
}
