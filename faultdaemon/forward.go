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

// ShutUpstream shuts the way to the upstream: that reads EOF behind what was passed
// on, and may still reply.
func (e *Exchange) ShutUpstream() error {
	r := e.conn.relayed
	if r == nil {
		return NotFired("there is no upstream")
	}
	e.Acted("the way to the upstream is shut")
	return r.upstream.CloseWrite()
}

// CloseUpstream ends the connection to the upstream, with it the client's, once what
// the upstream has sent is passed on, and returns ErrClosed.
func (e *Exchange) CloseUpstream() error {
	r := e.conn.relayed
	if r == nil {
		return NotFired("there is no upstream")
	}
	e.Acted("the connection to the upstream is closed")
	_ = r.upstream.Close() // that it is closed already is as good
	return r.close()
}
