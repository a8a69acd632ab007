package faultdaemon

import (
	"net"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// A place is where clients look for a daemon: a socket's path, a port, or memory.
// Its methods are called one at a time.
type place interface {
	// listen listens in the place of what leave has left. Where it listens
	// already the listener is nil.
	listen() (net.Listener, error)

	// leave ends listening and has clients find something else. It is a
	// *NotFiredError where they cannot find that here.
	leave(Found) error

	// renew listens anew beside the listener that there is, which it closes
	// when connects meet the new one. Where nobody could tell the two apart it
	// does nothing, and the listener is nil.
	renew() (net.Listener, error)

	// clear ends and removes what leave has left, and closes what listen has not
	// returned yet.
	clear() error

	// addr is what clients dial.
	addr() net.Addr
}

// place is where Start listens.
func (d *FaultDaemon) place() place {
	if d.path == "" {
		return &memoryPlace{listener: memnet.Listen()}
	}
	return &unixPlace{path: d.path, removed: d.removed}
}

// placeOf returns the place of a listener, nil where it cannot be made again.
func placeOf(l net.Listener) place {
	switch l := l.(type) {
	case *net.TCPListener:
		return &tcpPlace{address: l.Addr(), given: l}
	case *memnet.Listener:
		return &memoryPlace{listener: l}
	}
	return nil
}

// memoryPlace is a place in memory.
type memoryPlace struct {
	listener *memnet.Listener
	began    bool
}

func (p *memoryPlace) listen() (net.Listener, error) {
	p.listener.Admit()
	if p.began {
		return nil, nil
	}
	p.began = true
	return p.listener, nil
}

// leave has connects fail as the kernel's do.
func (p *memoryPlace) leave(f Found) error {
	p.listener.Refuse(f.errno())
	return nil
}

func (p *memoryPlace) renew() (net.Listener, error) { return nil, nil }

func (p *memoryPlace) clear() error   { return p.listener.Close() }
func (p *memoryPlace) addr() net.Addr { return p.listener.Addr() }
