package faultdaemon

import "sync"

// A Correlator is a Protocol whose replies say which request they reply to. In
// front of a real daemon ([Config.Upstream]) it tells replies from what that sends of its own
// accord; without it, replies come in the order of their requests, and nothing
// else does unless the protocol is a [Pusher].
type Correlator interface {
	// RequestID returns what ties the reply to this request, "" for a message
	// that no reply is tied to.
	RequestID(request []byte) string

	// ReplyID returns the RequestID of the request that this message of the
	// daemon's replies to, "" for any other message.
	ReplyID(message []byte) string
}

// A ReplyEnder is a Protocol whose replies may be of several messages.
type ReplyEnder interface {
	// EndsReply reports whether the daemon's message is the last of a reply.
	EndsReply(message []byte) bool
}

// A Pusher is a Protocol without ids that tells replies from what the daemon sends
// of its own accord, such as messages of a subscription: those may come at any time,
// and belong to no reply. A protocol that is a [Correlator] needs none.
type Pusher interface {
	// Pushed reports whether nobody has asked for this message of the daemon's.
	Pushed(message []byte) bool
}

// correlation finds the reply to one request among what the real daemon sends.
// Two goroutines use it: the client's asks, the upstream's finds.
type correlation struct {
	ids    Correlator // nil: replies come in order
	ends   ReplyEnder // nil: every message is a whole reply
	pushes Pusher     // nil: without ids, every message belongs to a reply

	mu      sync.Mutex
	asked   int64 // requests passed on that expect a reply
	replied int64 // replies that have ended
	awaited *awaitedReply
}

// awaitedReply is the reply that an exchange waits for.
type awaitedReply struct {
	id      string
	number  int64         // of the reply, where they come in order
	ready   chan struct{} // closed when message or err is there
	message []byte
	err     error // why there will be none
}

func newCorrelation(p Protocol) *correlation {
	ids, _ := p.(Correlator)
	ends, _ := p.(ReplyEnder)
	pushes, _ := p.(Pusher)
	return &correlation{ids: ids, ends: ends, pushes: pushes}
}

// count takes note of a request that is passed on and expects a reply.
func (c *correlation) count() {
	c.mu.Lock()
	c.asked++
	c.mu.Unlock()
}

// await returns where the reply to a request will be, which is to be passed on
// after that. It is a *[NotFiredError] where no reply can be told to be its.
func (c *correlation) await(request []byte) (*awaitedReply, error) {
	var id string
	if c.ids != nil {
		if id = c.ids.RequestID(request); id == "" {
			return nil, NotFired("nothing ties a reply to the request")
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.replied = min(c.replied, c.asked) // more than was asked for is nobody's reply
	c.asked++
	c.awaited = &awaitedReply{id: id, number: c.asked, ready: make(chan struct{})}
	return c.awaited, nil
}

// waits reports whether an exchange waits for a reply.
func (c *correlation) waits() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.awaited != nil
}

// take reports whether a message of the daemon's belongs to the reply that is
// awaited, and keeps a copy of it then. whole says that it is the last.
func (c *correlation) take(message []byte) (taken, whole bool) {
	if c.ids == nil && c.pushed(message) {
		return false, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	whole = c.ends == nil || c.ends.EndsReply(message)
	if whole {
		c.replied++
	}
	a := c.awaited
	switch {
	case a == nil:
		return false, false
	case c.ids != nil && c.ids.ReplyID(message) != a.id:
		return false, false
	case c.ids == nil && c.replied != a.number && (whole || c.replied+1 != a.number):
		return false, false
	}
	a.message = append(a.message, message...)
	return true, whole
}

// rest returns what has come of the reply that is awaited, and no longer has it.
func (c *correlation) rest() (rest []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.awaited != nil {
		rest, c.awaited.message = c.awaited.message, nil
	}
	return rest
}

// settle says that the reply that is awaited is whole or, with an error, why it will
// not come.
func (c *correlation) settle(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.awaited != nil {
		c.awaited.err = err
		close(c.awaited.ready)
		c.awaited = nil
	}
}

// pushed reports whether a message of the daemon's is no reply.
func (c *correlation) pushed(message []byte) bool {
	if c.ids != nil {
		return c.ids.ReplyID(message) == ""
	}
	return c.pushes != nil && c.pushes.Pushed(message)
}

// forget gives up the reply that is awaited.
func (c *correlation) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.awaited = nil
}
