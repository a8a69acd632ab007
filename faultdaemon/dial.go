package faultdaemon

import (
	"context"
	"errors"
	"net"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// Addr returns the address that clients dial: of Start's listener or, without
// one, of the first that is being served; nil while the daemon is stopped.
func (d *FaultDaemon) Addr() net.Addr {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run == nil {
		return nil
	}
	if l := d.run.first(); l != nil {
		return l.Addr()
	}
	return nil
}

// Dial returns a client's connection to the daemon: in memory where it listens
// in memory, else over the socket that Addr names. It is an error while the
// daemon is stopped.
func (d *FaultDaemon) Dial(ctx context.Context) (net.Conn, error) {
	d.mu.Lock()
	var l net.Listener
	if d.run != nil {
		l = d.run.first()
	}
	d.mu.Unlock()
	switch l := l.(type) {
	case nil:
		return nil, errors.New("faultdaemon: dial: the daemon is stopped: call Start first")
	case *memnet.Listener:
		c, err := l.Dial(ctx)
		if err != nil {
			return nil, err // not c: an interface with a nil pointer in it
		}
		return c, nil
	default:
		var dialer net.Dialer
		return dialer.DialContext(ctx, l.Addr().Network(), l.Addr().String())
	}
}
