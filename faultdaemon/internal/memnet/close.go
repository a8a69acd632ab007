package memnet

import "net"

// CloseWrite shuts this end's write side: the peer reads what was written, then
// io.EOF, and may go on writing. Writes of this end fail with EPIPE. A second
// call changes nothing; on a closed end it fails with net.ErrClosed.
func (c *Conn) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return opError("close", net.ErrClosed)
	}
	c.shut = true
	c.wake()
	return nil
}

// CloseRead shuts this end's read side: the peer's next Write fails with EPIPE,
// and it may go on reading. One that waits for room by then waits on, as on a
// Unix socket in non-blocking mode; after [Conn.AsPipes] it fails as well. Reads
// of this end return what the peer has written by now, then io.EOF. A second
// call changes nothing; on a closed end it fails with net.ErrClosed.
func (c *Conn) CloseRead() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return opError("close", net.ErrClosed)
	}
	c.deaf = true
	c.wake()
	return nil
}

// Close closes this end as close(2) closes a Unix socket: with bytes that the
// peer wrote and nobody read it is a [Conn.Reset], otherwise a [Conn.Finish].
// It wakes every blocked call of this end, which fails with net.ErrClosed. On a
// closed end it fails with net.ErrClosed, as do Finish and Reset.
func (c *Conn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.close(c.in.len() > 0)
}

// Finish closes this end cleanly, whatever the peer sent that nobody read: the
// peer reads what was written, then io.EOF. Its writes fail with EPIPE.
func (c *Conn) Finish() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.close(false)
}

// Reset closes this end with a reset: the peer reads what was written, then
// ECONNRESET once, then io.EOF. Its writes fail with EPIPE.
func (c *Conn) Reset() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.close(true)
}

func (c *Conn) close(reset bool) error {
	if c.closed {
		return opError("close", net.ErrClosed)
	}
	c.closed, c.shut = true, true
	c.peer.reset = reset
	c.in.release()
	c.reading.stop()
	c.writing.stop()
	c.wake()
	return nil
}

// wake makes every blocked call of both ends look again.
func (c *Conn) wake() {
	for _, end := range [...]*Conn{c, c.peer} {
		end.reading.Broadcast()
		end.writing.Broadcast()
	}
}
