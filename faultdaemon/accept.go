package faultdaemon

import (
	"errors"
	"net"
	"syscall"
	"time"
)

// The pauses after an Accept that may succeed later.
const (
	firstBackoff = 5 * time.Millisecond
	lastBackoff  = time.Second
)

// accept serves the connections of a listener, each in a goroutine of its own.
// It returns nil when the daemon stops.
func (d *FaultDaemon) accept(l net.Listener, r *run) error {
	defer r.unlisten(l)
	backoff := firstBackoff
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			backoff = firstBackoff
			d.connect(conn, l, r)
		case r.stopping():
			return nil
		case isShort(err):
			d.events.add(&Event{Kind: EventError, Detail: err.Error()})
			select {
			case <-time.After(backoff):
				backoff = min(2*backoff, lastBackoff)
			case <-r.stop:
				return nil
			}
		default:
			return err
		}
	}
}

// connect counts a connection and starts to serve it.
func (d *FaultDaemon) connect(conn net.Conn, l net.Listener, r *run) {
	st, era := d.state.Load(), r.presentEra()
	c := &connection{
		daemon: d, run: r, era: era, stop: era.ctx.Done(), protocol: st.protocol, limit: st.limit,
		upstream: st.config.Upstream, conn: conn, listener: l, wire: newWire(carrier(conn), d.mayReset, era.ctx.Done()),
	}
	if _, ok := conn.(carried); ok {
		c.atEnd = append(c.atEnd, func() { _ = conn.Close() })
	}
	if !r.admit(c) {
		_ = c.wire.Finish()
		_ = conn.Close()
		return
	}
	c.number = d.connections.Add(1)
	d.connected.broadcast()
	go c.serve(st)
}

// mayReset reports whether a fault is in force, which may be one that resets.
func (d *FaultDaemon) mayReset() bool { return d.state.Load().policy != nil }

// isShort reports whether an Accept may succeed later: the system has too little of
// something, or the client has left already.
func isShort(err error) bool {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return false
	}
	switch errno {
	case syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED:
		return true
	}
	return false
}
