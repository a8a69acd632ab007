package e2e

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A recorder keeps what passes over the connections that a dialer makes.
type recorder struct {
	mu    sync.Mutex
	conns []*recorded // in the order in which they were dialled
}

// A recorded connection is closed when its closed channel is.
type recorded struct {
	net.Conn
	mu          sync.Mutex
	read, wrote []byte
	closing     sync.Once
	closed      chan struct{}
}

// dial returns a dialer that records.
func (r *recorder) dial(dial faulttest.Dialer) faulttest.Dialer {
	return func(ctx context.Context) (net.Conn, error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		c := &recorded{Conn: conn, closed: make(chan struct{})}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.conns = append(r.conns, c)
		return c, nil
	}
}

func (c *recorded) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = append(c.read, p[:n]...)
	return n, err
}

func (c *recorded) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrote = append(c.wrote, p[:n]...)
	return n, err
}

func (c *recorded) CloseWrite() error {
	return c.Conn.(interface{ CloseWrite() error }).CloseWrite()
}

func (c *recorded) Close() error {
	defer c.closing.Do(func() { close(c.closed) })
	return c.Conn.Close()
}

// A transcript is what a connection has read and written.
type transcript struct{ read, wrote string }

// transcripts are those of all connections, once they are closed.
func (r *recorder) transcripts(t *testing.T) (list []transcript) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, c := range r.conns {
		select {
		case <-c.closed:
		case <-time.After(patience):
			require.Fail(t, "a connection is still open", "number %d of %d", i+1, len(r.conns))
		}
		c.mu.Lock()
		list = append(list, transcript{string(c.read), string(c.wrote)})
		c.mu.Unlock()
	}
	return list
}
