package faultdaemon

import (
	"net"
	"syscall"
)

// pushWire is the wire of steps that hurt what an upstream sends by itself. It
// writes to the client, whose own goroutine reads it and ends it.
type pushWire struct {
	wire
	relayed *relayed
}

// Finish does nothing: when the step returns, the client's goroutine ends the
// connection.
func (w *pushWire) Finish() error { return nil }

// Reset has the client's goroutine end the connection with a reset.
func (w *pushWire) Reset() error {
	w.relayed.pushReset = syscall.ECONNRESET
	return nil
}

// WaitGone waits until the client's goroutine is done.
func (w *pushWire) WaitGone() error {
	select {
	case <-w.relayed.over:
		return nil
	case <-w.relayed.client.stop:
		return net.ErrClosed
	}
}
