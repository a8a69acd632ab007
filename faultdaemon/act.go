package faultdaemon

import "time"

// Write writes raw bytes to the client, in one write. It is ErrClosed when the
// client has gone or the daemon stops.
func (e *Exchange) Write(p []byte) (int, error) {
	e.fire()
	if err := e.conn.turn.occupy(e.conn); err != nil {
		return 0, err
	}
	began := time.Now()
	n, err := e.conn.wire.Write(p)
	e.log(&Event{Time: began, Kind: EventWrote, Bytes: n, Offset: e.written, Waited: took(began, n, err)})
	e.written += n
	if err != nil {
		return n, e.conn.lost(err)
	}
	return n, nil
}

// Acted says that a step has acted by other means than the methods of e, and what
// it did: the fault counts as fired.
func (e *Exchange) Acted(what string) {
	e.fire()
	e.note(EventActed, what)
}

// Blocked says that what the step does next waits for the client, and for what:
// where that never comes, the client has no delay of the daemon's to blame.
func (e *Exchange) Blocked(until string) {
	e.fire()
	e.note(EventBlocked, until)
}

// Gone says that the client has gone, as a step has found out by other means than
// the connection, and returns ErrClosed.
func (e *Exchange) Gone(err error) error { return e.conn.lost(err) }

// Wait does nothing for d. It is ErrClosed when the daemon stops meanwhile.
func (e *Exchange) Wait(d time.Duration) error {
	e.fire()
	err := e.pause(d)
	if err == nil {
		e.log(&Event{Kind: EventWaited, Waited: d})
	}
	return err
}

// pause is Wait without an event.
func (e *Exchange) pause(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	e.conn.settled()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-e.conn.stop:
		return ErrClosed
	}
}

// Hang does nothing more, without reading, until the client goes away or the
// daemon stops; at the listen stage, until the fault is replaced or the daemon stops.
// It always returns an error, as a rule ErrClosed.
func (e *Exchange) Hang() error {
	e.fire()
	e.note(EventHung, "")
	e.conn.settled()
	return e.conn.lost(e.conn.wire.WaitGone())
}

// Close ends the connection with a clean EOF, whatever the client has sent,
// and returns ErrClosed.
func (e *Exchange) Close() error {
	e.fire()
	_ = e.conn.turn.occupy(e.conn) // it is over anyway
	e.conn.finish()
	return ErrClosed
}

// CloseWrite shuts the write side: the client reads EOF. Its further requests
// are read and recorded, and nothing is done about them.
func (e *Exchange) CloseWrite() error {
	e.fire()
	if err := e.conn.turn.occupy(e.conn); err != nil {
		return err
	}
	e.conn.halfClosed = true
	e.note(EventHalfClosed, "")
	return e.conn.wire.CloseWrite()
}

// CloseRead shuts the read side: nothing more is read of what the client sends,
// and when the step has ended the connection stays open until the client goes
// away or the daemon stops. What the daemon writes still arrives.
//
// On a Unix socket and in memory the client's next write fails with EPIPE; one
// that waits for room by then may wait on. On TCP a peer is not told: the client's
// writes succeed until the buffers are full.
func (e *Exchange) CloseRead() error {
	e.fire()
	e.conn.readClosed = true
	e.note(EventReadClosed, "")
	return e.conn.wire.CloseRead()
}

// Reset ends the connection so that the client reads ECONNRESET, and returns
// ErrClosed. On a Unix socket it takes a byte of the client's that nobody has
// read: while a fault is in force the daemon leaves what it read last in the
// kernel for this; where there is nothing yet, Reset waits for it.
func (e *Exchange) Reset() error {
	e.fire()
	_ = e.conn.turn.occupy(e.conn) // it is over anyway
	e.conn.reset()
	return ErrClosed
}

// serve does what a healthy daemon does: it asks the handler and writes R, by itself or
// with those of other exchanges, or passes the request on.
func (e *Exchange) serve() error {
	if r := e.conn.relayed; r != nil && !e.asked {
		return r.pass(e)
	}
	r, err := e.Response()
	if err != nil || len(r) == 0 {
		return err
	}
	if later := e.conn.mayWait(e, r); later || len(e.conn.together.replies) > 0 {
		e.conn.owe(e, r)
		if later {
			return nil
		}
		return e.conn.flush()
	}
	if err := e.conn.turn.occupy(e.conn); err != nil {
		return err
	}
	began := time.Now()
	n, err := e.conn.wire.Write(r)
	e.log(&Event{Time: began, Kind: EventReplied, Bytes: n, Offset: e.written, Waited: took(began, n, err)})
	e.written += n
	if err != nil {
		return e.conn.lost(err)
	}
	return nil
}

// took is how long a write took that may have waited for its reader: a small one
// does not, and one that failed has waited for nobody.
func took(began time.Time, n int, err error) time.Duration {
	const small = 4096
	if n <= small || err != nil {
		return 0
	}
	return time.Since(began)
}

// lock takes the daemon's lock for ever.
func (e *Exchange) lock() error {
	e.fire()
	select {
	case e.conn.era.lock <- struct{}{}:
		e.note(EventLocked, "")
		return nil
	default:
		return e.Hang()
	}
}
