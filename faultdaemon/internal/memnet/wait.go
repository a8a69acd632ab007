package memnet

// WaitByte blocks until a Read would return at least one byte, and leaves it
// there. When no byte can come any more it returns what the Read would: io.EOF,
// or ECONNRESET, which stays for the Read. The read deadline and the closing of
// this end cut it short like a Read.
func (c *Conn) WaitByte() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.await(&c.reading, (*Conn).readable); err != nil {
		return opError("wait", err)
	}
	if c.in.len() > 0 {
		return nil
	}
	return opError("wait", c.inputEnd())
}

// WaitGone blocks until the peer has closed its end, cleanly or not, or has shut
// both of its sides, and returns nil, even while bytes of the peer lie here
// unread. A peer that only shut its write side is not gone. The read deadline and the closing of this
// end cut it short like a Read.
func (c *Conn) WaitGone() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return opError("wait", c.await(&c.reading, (*Conn).peerGone))
}

func (c *Conn) peerGone() bool { return c.peer.closed || c.peer.shut && c.peer.deaf }
