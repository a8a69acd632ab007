package faultdaemon

import (
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
	l, err := net.Listen("tcp", p.address.String())
	if err != nil {
		return nil, err
	}
	p.listener = l.(*net.TCPListener)
	return l, nil
}

// leave closes the port, or fills its backlog.
func (p *tcpPlace) leave(f Found) error {
	switch f {
	case FoundNothing, FoundStale, FoundFull:
	default:
		return NotFired("on TCP clients cannot find " + string(f))
	}
	if p.given != nil {
		p.listener, p.given = p.given, nil
	}
	if p.listener != nil {
		if err := p.listener.Close(); err != nil {
			return err
		}
		p.listener = nil
	}
	if err := p.clear(); err != nil || f != FoundFull {
		return err
	}
	l, err := net.Listen("tcp", p.address.String())
	if err != nil {
		return err
	}
	p.open = append(p.open, l)
	waiting, err := fill(l.(*net.TCPListener))
	p.open = append(p.open, waiting...)
	return err
}

// renew closes the listener and listens again: on TCP there is nothing in between
// that could be kept.
func (p *tcpPlace) renew() (net.Listener, error) {
	if err := p.leave(FoundNothing); err != nil {
		return nil, err
	}
	return p.listen()
}

func (p *tcpPlace) clear() error {
	for _, c := range p.open {
		_ = c.Close() // a client's end of the backlog may be reset by then
	}
	p.open = nil
	return nil
}
