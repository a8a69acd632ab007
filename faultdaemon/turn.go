package faultdaemon

import "sync"

// A turn is taken by who writes to a client that two goroutines write to. A fault
// that has written keeps it until its step ends: nothing comes between the pieces.
type turn struct {
	slot chan struct{}
	over <-chan struct{} // closed when the connection is over
}

// take waits for the turn. It is ErrClosed when the connection is over.
func (t *turn) take() error {
	select {
	case t.slot <- struct{}{}:
		return nil
	case <-t.over:
		return ErrClosed
	}
}

func (t *turn) give() { <-t.slot }

// occupy takes the turn for a step, until yield.
func (t *turn) occupy(c *connection) error {
	switch {
	case t == nil || c.writing:
		return nil
	case c.push:
		err := t.take()
		c.writing = err == nil
		return err
	}
	taken, left := make(chan struct{}), make(chan struct{})
	var waiter sync.WaitGroup
	waiter.Go(func() {
		select {
		case t.slot <- struct{}{}:
			close(taken)
		case <-left:
		}
	})
	err := c.await(taken)
	close(left)
	waiter.Wait()
	select {
	case <-taken:
		c.writing = true
		return nil
	default:
		return err
	}
}

// yield gives back the turn that a step has.
func (t *turn) yield(c *connection) {
	if c.writing {
		c.writing = false
		t.give()
	}
}
