package faultdaemon

import (
	"context"
	"errors"
	"net"
	"syscall"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// Addr returns the address that clients dial: of Start's listener or, without
// one, of the first that is being served; nil while the daemon is stopped.
func (d *FaultDaemon) Addr() net.Addr {
	addr, _ := d.address()
	return addr
}

// address is what clients dial, as the run says it.
func (d *FaultDaemon) address() (net.Addr, *memnet.Listener) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.run == nil {
		return nil, nil
	}
	return d.run.address()
}

// Dial returns a client's connection to the daemon: in memory where it listens
// in memory, else over the socket that Addr names. It is an error while the
// daemon is stopped; under a fault of the listen stage it is what connect(2) says.
func (d *FaultDaemon) Dial(ctx context.Context) (net.Conn, error) {
	addr, memory := d.address()
	switch {
	case addr == nil:
		return nil, errors.New("faultdaemon: dial: the daemon is stopped: call Start first")
	case memory == nil:
		var dialer net.Dialer
		return dialer.DialContext(ctx, addr.Network(), addr.String())
	}
	c, err := memory.Dial(ctx)
	if err != nil {
		d.refused(err)
		return nil, err // not c: an interface with a nil pointer in it
	}
	return c, nil
}

// refused notes a connect that a fault of the listen stage has refused.
func (d *FaultDaemon) refused(err error) {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		d.events.add(&Event{Kind: EventRefused, Detail: errno.Error()})
	}
}
