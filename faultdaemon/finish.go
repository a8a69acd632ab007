package faultdaemon

import (
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"time"
)

// lost says that the connection is over for a reason that is not ours: the
// client is gone or, where that is why a wait ended, the daemon stops or restarts.
func (c *connection) lost(err error) error {
	if c.isStopped() || c.gone {
		return ErrClosed
	}
	c.gone = true
	ev := Event{Kind: EventGone}
	if err != nil && !errors.Is(err, io.EOF) {
		ev.Detail = err.Error()
	}
	c.log(&ev)
	return ErrClosed
}

// finish ends the connection with a clean EOF, once.
func (c *connection) finish() {
	if c.over {
		return
	}
	_ = c.flush() // of a client that is gone, nothing
	c.over = true
	if !c.gone && !c.push {
		c.note(EventClosed, "")
	}
	_ = c.wire.Finish() // whatever it says, the connection is closed
}

// reset ends the connection with a reset, once.
func (c *connection) reset() {
	if c.over {
		return
	}
	c.over = true
	_ = c.wire.Reset() // as above
	if !c.push {
		c.note(EventReset, "")
	}
}

// rescue keeps a panic, of the handler or injected, from ending the process. A
// handler that ends its goroutine (a test's FailNow does) is as bad as one that
// panics, and as visible.
func (c *connection) rescue() {
	v := recover()
	if v == nil && c.returned {
		return
	}
	c.returned = true // whatever comes now is another matter
	if v == nil {
		v = "runtime.Goexit was called, as by FailNow of a test: a handler must return"
	}
	c.log(&Event{Kind: EventPanic, Fault: c.current.Fault(), Detail: fmt.Sprintf("%v\n%s", v, debug.Stack())})
}

// isStopped reports whether nothing is to be waited for any more.
func (c *connection) isStopped() bool {
	select {
	case <-c.stop:
		return true
	default:
		return false
	}
}

// hangUp lets the client read EOF at once, whatever the connection's goroutine does.
// It does nothing where something would have to be written for that, as on TLS.
func hangUp(w wire) {
	if plain, ok := w.(*plainWire); ok {
		if _, wraps := plain.Conn.(interface{ NetConn() net.Conn }); wraps {
			return
		}
	}
	_ = w.CloseWrite() // that it is closed already is as good
}

// setReadDeadline does nothing once the daemon stops or restarts, whose own deadline
// is in the past.
func (c *connection) setReadDeadline(t time.Time) error {
	c.run.mu.Lock()
	defer c.run.mu.Unlock()
	if c.isStopped() {
		return ErrClosed
	}
	return c.wire.SetReadDeadline(t)
}
