package langserver

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// ErrClosed is the error of everything that comes after Close or Shutdown, and
// of the calls that Close ends.
var ErrClosed = errors.New("the client is closed")

// An ending is how a session comes to be over.
type ending struct {
	once   sync.Once
	ended  chan struct{} // closed when the session is over
	why    error         // why it is, once ended is closed
	closed atomic.Bool   // by the client itself
}

// Close ends the session at once, and all calls that are out with ErrClosed.
// When it returns, nothing of the client runs any more. Further calls do
// nothing.
func (c *Client) Close() {
	c.closed.Store(true)
	c.end(ErrClosed)
	c.running.Wait()
}

// end ends the session. The first reason is the one that counts.
func (c *Client) end(why error) {
	c.once.Do(func() {
		c.why = why
		close(c.ended)
		_ = c.conn.Close() // what was to be written is lost, which is what an end means
	})
}

// over is the error of what can no longer be done.
func (c *Client) over() error {
	if c.closed.Load() {
		return ErrClosed
	}
	return fmt.Errorf("the session is over: %w", c.why)
}

// isOver reports whether the session is over.
func (c *Client) isOver() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}
