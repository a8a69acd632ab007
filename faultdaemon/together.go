package faultdaemon

import "time"

// Replies to requests that were read together go out together, in one write, where
// nothing can wait for the earlier ones meanwhile: no fault is in force and no function
// of the user's runs between them. They are written at the latest before the connection
// reads on.

// maxTogether is how many bytes of replies are kept for one write.
const maxTogether = 32 << 10

// together are the replies of a connection that are not written yet.
type together struct {
	bytes   []byte
	replies []owed
}

// owed is one of them.
type owed struct{ exchange, size int }

// echoes reports whether nothing but the daemon itself makes the replies.
func (st *state) echoes() bool {
	return st.policy == nil && !st.asks() && !st.config.CloseAfterReply
}

// mayWait reports whether a reply may go out with the next one, of whose request a part
// is there.
func (c *connection) mayWait(e *Exchange, reply []byte) bool {
	return e.state.echoes() && c.upstream == nil && c.buffered() > 0 && len(c.together.bytes)+len(reply) <= maxTogether
}

// owe keeps a reply for the next flush.
func (c *connection) owe(e *Exchange, reply []byte) {
	c.together.bytes = append(c.together.bytes, reply...)
	c.together.replies = append(c.together.replies, owed{e.number, len(reply)})
}

// flush writes the replies that are kept.
func (c *connection) flush() error {
	if len(c.together.replies) == 0 {
		return nil
	}
	began := time.Now()
	n, err := c.wire.Write(c.together.bytes)
	waited := took(began, n, err)
	for _, r := range c.together.replies {
		written := min(n, r.size)
		n -= written
		c.log(&Event{Time: began, Kind: EventReplied, Exchange: r.exchange, Bytes: written, Waited: waited})
	}
	c.together.bytes, c.together.replies = c.together.bytes[:0], c.together.replies[:0]
	if err != nil {
		return c.lost(err)
	}
	return nil
}

// readOn is how a connection reads: what it owes the client comes first.
type readOn struct{ c *connection }

func (r readOn) Read(p []byte) (int, error) {
	if err := r.c.flush(); err != nil {
		return 0, err
	}
	return r.c.wire.Read(p)
}
