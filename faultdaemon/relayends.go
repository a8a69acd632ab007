package faultdaemon

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// How a relayed connection ends: what one side does is passed on to the other.

// message reads the next request. With an error the connection is over, and how it
// has ended is passed on.
func (r *relayed) message() ([]byte, error) {
	if !r.beginReading() {
		return nil, r.close()
	}
	message, begun, err := r.requests.next()
	gone := r.endReading()
	r.begun = begun
	switch {
	case err == nil:
		r.tap(ToUpstream, message, false)
		return message, nil
	case r.client.isStopped():
		return nil, ErrClosed
	case r.requests.failed != nil, gone && isTimeout(err):
		return nil, r.close()
	case r.requests.ended == nil:
		r.client.log(&Event{Kind: EventRaw, Bytes: len(message), Detail: "from the client: " + err.Error()})
		err = r.copyRaw(&r.requests, ToUpstream, message)
	default:
		if len(message) > 0 { // what is no whole message
			r.tap(ToUpstream, message, true)
		}
		_ = r.requests.release()
		err = r.requests.lost()
	}
	r.tap(ToUpstream, nil, false)
	return nil, r.clientEnded(err)
}

// clientEnded passes on how the client has ended what it sends, and returns when
// the upstream sends no more or the client is gone.
func (r *relayed) clientEnded(err error) error {
	switch {
	case r.client.isStopped():
		return ErrClosed
	case r.requests.failed != nil:
		return r.close()
	}
	lost := r.client.lost(err)
	if !errors.Is(err, io.EOF) {
		abort(r.upstream)
		return lost
	}
	_ = r.upstream.CloseWrite() // that it is closed already is as good
	return r.close()
}

// close waits until all that the upstream has sent is passed on, and ends the
// client's connection as the upstream has ended its own.
func (r *relayed) close() error {
	if err := r.client.await(r.drained); err != nil {
		return err
	}
	if isReset(r.ending) {
		r.client.reset()
	}
	return ErrClosed
}

// abort ends a connection so that its other end notices at once, where there is
// a way: that of TCP. A Unix socket's notices by itself what it has left unread.
func abort(c net.Conn) {
	if p, ok := c.(*plainWire); ok {
		c = p.Conn
	}
	if t, ok := c.(interface{ SetLinger(int) error }); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}

// isOver reports whether the client's goroutine is done, or has to be soon.
func (r *relayed) isOver() bool {
	select {
	case <-r.over:
		return true
	default:
		return r.client.isStopped()
	}
}

func isReset(err error) bool { return errors.Is(err, syscall.ECONNRESET) }

// leave says that the upstream has gone, and has the client's goroutine end the
// connection as soon as it waits for the client.
func (r *relayed) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gone = true
	if r.reading {
		_ = r.client.setReadDeadline(longAgo)
	}
}

// beginReading reports whether there is still somebody to read for.
func (r *relayed) beginReading() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reading = !r.gone
	return r.reading
}

// endReading reports whether the upstream has gone meanwhile.
func (r *relayed) endReading() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reading = false
	return r.gone
}

// copyRaw passes on what is left of a flow, as bytes. It begins with what was read
// and is no message.
func (r *relayed) copyRaw(f *flow, d Direction, first []byte) error {
	r.raw.Store(true)
	r.tap(d, f.rest(first), true)
	if err := f.release(); err != nil {
		return err
	}
	buffer := make([]byte, flowBuffer)
	for {
		n, err := f.source.Read(buffer)
		if n > 0 {
			r.tap(d, buffer[:n], true)
			if failed := f.send(buffer[:n]); failed != nil {
				return failed
			}
		}
		if err != nil {
			return err
		}
	}
}
