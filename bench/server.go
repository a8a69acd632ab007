package bench

import (
	"context"
	"net"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Server starts a server, which ends with the setup, and returns how clients reach
// it.
type Server func(*Setup) (Dial, error)

// Dial connects to a server.
type Dial func() (net.Conn, error)

// A Work is what the client of a row does, whoever the server is.
type Work func(*Setup, Dial) (Round, error)

// on returns the side that has a server do the work.
func on(server Server, work Work) Side {
	return func(s *Setup) (Round, error) {
		dial, err := server(s)
		if err != nil {
			return nil, err
		}
		return work(s, dial)
	}
}

// longest is how long a connection may live: who does not reply fails then.
const longest = 2 * time.Minute

// open dials, and closes the connection when the setup ends.
func open(s *Setup, dial Dial) (net.Conn, error) {
	conn, err := dial()
	if err != nil {
		return nil, err
	}
	s.OnEnd(func() { _ = conn.Close() })
	return conn, conn.SetDeadline(time.Now().Add(longest))
}

// daemon is the toolkit's server on a Unix socket.
func daemon(cfg faultdaemon.Config) Server {
	return func(s *Setup) (Dial, error) { return started(s, s.Path(".sock"), cfg) }
}

// daemonInMemory is the toolkit's server in memory.
func daemonInMemory(cfg faultdaemon.Config) Server {
	return func(s *Setup) (Dial, error) { return started(s, "", cfg) }
}

func started(s *Setup, path string, cfg faultdaemon.Config) (Dial, error) {
	d := faultdaemon.New(path, cfg)
	if err := d.Start(); err != nil {
		return nil, err
	}
	s.OnEnd(d.Stop)
	return func() (net.Conn, error) { return d.Dial(context.Background()) }, nil
}

// daemonTCP is the toolkit's server on a TCP port.
func daemonTCP(cfg faultdaemon.Config) Server {
	return func(s *Setup) (Dial, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		d := faultdaemon.New("", cfg)
		if err := d.StartOn(l); err != nil {
			return nil, err
		}
		s.OnEnd(d.Stop)
		return func() (net.Conn, error) { return net.Dial("tcp", l.Addr().String()) }, nil
	}
}

// unix is a server that serves every connection of a Unix socket with a function of its
// own, which ends with the connection.
func unix(serve func(net.Conn)) Server {
	return func(s *Setup) (Dial, error) { return listening(s, "unix", s.Path(".sock"), serve) }
}

// tcp is the same on a TCP port.
func tcp(serve func(net.Conn)) Server {
	return func(s *Setup) (Dial, error) { return listening(s, "tcp", "127.0.0.1:0", serve) }
}

func listening(s *Setup, network, address string, serve func(net.Conn)) (Dial, error) {
	l, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	s.OnEnd(func() { _ = l.Close() })
	go accept(l, serve)
	return func() (net.Conn, error) { return net.Dial(network, l.Addr().String()) }, nil
}

func accept(l net.Listener, serve func(net.Conn)) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer func() { _ = conn.Close() }()
			serve(conn)
		}()
	}
}
