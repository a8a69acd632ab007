package faultdaemon

import (
	"errors"
	"io"
	"net"
)

// tcpPlace is a TCP port.
type tcpPlace struct {
	address  net.Addr
	given    *net.TCPListener // at the beginning
	listener *net.TCPListener // that is served; nil while nobody listens
	open     []io.Closer      // what keeps the backlog full
}

func (p *tcpPlace) addr() net.Addr { return p.address }

func (p *tcpPlace) listen() (net.Listener, error) {
	if p.listener != nil {
		return nil, nil
	}
	if p.given != nil {
		p.listener, p.given = p.given, nil
		return p.listener, nil
	}
	if err := p.clear(); err != nil {
		return nil, err
	}
	l, err := p.anew()
	if err != nil {
		return nil, err
	}
	p.listener = l
	return l, nil
}

// anew listens on the port once more.
func (p *tcpPlace) anew() (*net.TCPListener, error) {
	l, err := net.Listen("tcp", p.address.String())
	if err != nil {
		return nil, err
	}
	return l.(*net.TCPListener), nil // as of every "tcp"
}

// leave closes the port, or fills its backlog.
func (p *tcpPlace) leave(f Found) error {
	switch f {
	case FoundNothing, FoundStale, FoundBooting, FoundFull:
	default:
		return NotFired("on TCP clients cannot find " + string(f))
	}
	if p.listener != nil {
		err := p.listener.Close()
		p.listener = nil
		if err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
	}
	if err := p.clear(); err != nil || f != FoundFull {
		return err
	}
	l, err := p.anew()
	if err != nil {
		return err
	}
	p.open = append(p.open, l)
	waiting, err := fill(l)
	p.open = append(p.open, waiting...)
	return err
}

// renew does nothing: a port has no inode.
func (p *tcpPlace) renew() (net.Listener, error) { return nil, nil }

func (p *tcpPlace) clear() error {
	for _, c := range p.open {
		_ = c.Close() // a client's end of the backlog may be reset by then
	}
	p.open = nil
	if p.given == nil {
		return nil
	}
	err := p.given.Close()
	p.given = nil
	return err
}
