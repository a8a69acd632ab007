package faultdaemon

// What a step does to the request itself, in front of a real daemon. Without
// [Config.Upstream] these return a *[NotFiredError].

// Forward sends bytes to the upstream, in place of the request or beside it. What it
// replies is passed on to the client. It is ErrClosed where the upstream takes no more.
func (e *Exchange) Forward(p []byte) error {
	r := e.conn.relayed
	if r == nil {
		return NotFired("there is no upstream")
	}
	e.fire()
	return r.forward(e, p)
}
