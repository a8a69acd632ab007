// Package memnet_test holds the sockets in memory against the suite that
// golang.org/x/net has for every net.Conn. It stands apart from them because
// nobody who imports them shall need that module.
package memnet_test

import (
	"context"
	"net"
	"testing"

	"golang.org/x/net/nettest"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

func TestPipe(t *testing.T) {
	nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
		a, b := memnet.Pipe()
		return a, b, func() { a.Close(); b.Close() }, nil
	})
}

func TestListener(t *testing.T) {
	nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
		l := memnet.Listen()
		client, err := l.Dial(context.Background())
		if err != nil {
			return nil, nil, nil, err
		}
		server, err := l.Accept()
		if err != nil {
			return nil, nil, nil, err
		}
		return client, server, func() { client.Close(); server.Close(); l.Close() }, nil
	})
}
