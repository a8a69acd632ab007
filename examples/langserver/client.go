// Package langserver is the client of a small daemon that finds the TODOs of
// texts, as an editor would have it. They speak the Language Server Protocol
// over a Unix socket: JSON-RPC 2.0 behind Content-Length headers, with a
// handshake first, notifications in both directions, and any number of calls
// at once over one connection.
//
//	client, err := langserver.Dial(ctx, socket, langserver.Options{})
//	...
//	defer client.Close()
//	err = client.Open(ctx, "file:///tmp/list", "TODO: feed the cat\n")
//	todos, err := client.Symbols(ctx, "file:///tmp/list")
package langserver

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// DefaultTimeout is how long a call takes at most where Options do not say.
const DefaultTimeout = 2 * time.Second

// Options change what a Client does. The zero value works.
type Options struct {
	// Timeout is how long a call may take, from the moment it waits to be
	// written to the last byte of its response; 0 is DefaultTimeout.
	Timeout time.Duration
}

// A Client is a session with the daemon. It may be used concurrently. It has
// two goroutines, which read and write; Close ends them.
type Client struct {
	conn    net.Conn
	timeout time.Duration
	calls   calls
	outbox  chan outgoing
	docs    documents

	running sync.WaitGroup // of both goroutines
	unsaid  chan error     // why a write has failed
	ending
}

// Dial begins a session with the daemon that listens on a Unix socket.
func Dial(ctx context.Context, socket string, opts Options) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	return New(ctx, conn, opts)
}

// New begins a session on a connection, which is the client's from now on,
// also when New fails.
func New(ctx context.Context, conn net.Conn, opts Options) (*Client, error) {
	c := &Client{
		conn: conn, timeout: opts.Timeout,
		outbox: make(chan outgoing, maxWaiting), unsaid: make(chan error, 1),
		ending: ending{ended: make(chan struct{})},
	}
	if c.timeout == 0 {
		c.timeout = DefaultTimeout
	}
	c.running.Go(c.read)
	c.running.Go(c.write)
	if err := c.handshake(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// handshake is what a session begins with.
func (c *Client) handshake(ctx context.Context) error {
	var server struct {
		Capabilities *struct{} `json:"capabilities"`
	}
	params := map[string]any{"processId": nil, "rootUri": nil, "capabilities": struct{}{}}
	if err := c.call(ctx, "initialize", params, &server); err != nil {
		return err
	}
	if server.Capabilities == nil {
		return errors.New("initialize: the daemon does not say what it can do")
	}
	return c.notify(ctx, "initialized", struct{}{})
}

// Shutdown ends the session in the way that the protocol has, and closes the
// client whatever comes of it. It returns nil once the daemon has agreed.
func (c *Client) Shutdown(ctx context.Context) error {
	defer c.Close()
	if err := c.call(ctx, "shutdown", nil, nil); err != nil {
		return err
	}
	// A daemon that leaves at this word may be gone before it is known to be
	// written; one that does not hear it sees the connection close.
	_ = c.notify(ctx, "exit", nil)
	return nil
}
