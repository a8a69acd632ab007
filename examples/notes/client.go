// Package notes is the client of a small daemon that keeps notes. They speak
// newline-delimited JSON over a Unix socket, one request and one reply at a
// time:
//
//	{"id":1,"type":"list"}
//	{"id":1,"ok":true,"notes":["milk","bread"]}
package notes

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"
)

// DefaultTimeout is how long a call takes at most when the Client does not
// say.
const DefaultTimeout = 500 * time.Millisecond

// MaxReplyBytes is the longest reply that a Client reads, newline included.
const MaxReplyBytes = 64 << 10

// A DaemonError is the daemon's own refusal of a request.
type DaemonError struct{ Message string }

func (e *DaemonError) Error() string { return "the daemon says: " + e.Message }

// A Client talks to the daemon, over one connection for each call. It may be
// used concurrently.
type Client struct {
	// Dial connects to the daemon.
	Dial func(ctx context.Context) (net.Conn, error)

	// Timeout is how long a call may take, from the dial to the last byte of
	// the reply; 0 is DefaultTimeout.
	Timeout time.Duration

	lastID atomic.Int64
}

// NewClient returns a client of the daemon that listens on a Unix socket.
func NewClient(socket string) *Client {
	return &Client{Dial: func(ctx context.Context) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}}
}

// List returns all notes, oldest first.
func (c *Client) List(ctx context.Context) ([]string, error) {
	r, err := c.call(ctx, request{Type: "list"})
	if err == nil && r.Notes == nil {
		err = errors.New(`the reply has no "notes"`)
	}
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	return r.Notes, nil
}

// Add keeps one more note. A text that is no single line is an error, and is
// not sent.
func (c *Client) Add(ctx context.Context, text string) error {
	err := checkText(text)
	if err == nil {
		_, err = c.call(ctx, request{Type: "add", Text: text})
	}
	if err != nil {
		return fmt.Errorf("add: %w", err)
	}
	return nil
}

// call is one request and its reply, under one deadline for everything.
func (c *Client) call(ctx context.Context, req request) (reply, error) {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	req.ID = c.lastID.Add(1)
	line, err := c.exchange(ctx, req)
	switch {
	case err == nil:
		return decode(line, req.ID)
	case errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil:
		return reply{}, fmt.Errorf("no reply within %s: %w", timeout, ctx.Err())
	}
	return reply{}, err
}

// exchange sends a request and returns the line that comes back. When ctx
// ends, so do its write and its read, with os.ErrDeadlineExceeded.
func (c *Client) exchange(ctx context.Context, req request) ([]byte, error) {
	message, err := json.Marshal(req)
	if err != nil {
		return nil, err
	}
	conn, err := c.Dial(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() {
		_ = conn.SetDeadline(time.Unix(1, 0)) // fails when conn is closed, which ends them too
	})
	defer stop()
	if _, err := conn.Write(append(message, '\n')); err != nil {
		return nil, fmt.Errorf("send the request: %w", err)
	}
	return readLine(conn)
}

// readLine reads to the first newline, MaxReplyBytes at most.
func readLine(conn net.Conn) ([]byte, error) {
	line, err := bufio.NewReaderSize(conn, MaxReplyBytes).ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, fmt.Errorf("the reply is longer than %d bytes", MaxReplyBytes)
	case errors.Is(err, io.EOF) && len(line) == 0:
		return nil, errors.New("the daemon closed the connection without a reply")
	case errors.Is(err, io.EOF):
		return nil, fmt.Errorf("the daemon closed the connection %d bytes into its reply", len(line))
	case err != nil:
		return nil, fmt.Errorf("read the reply: %w", err)
	}
	return line, nil
}
