// Package notes is the client of a small daemon that keeps notes. They speak
// newline-delimited JSON over a Unix socket, as package wire says, and each
// call has a connection of its own.
package notes

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/faultdaemon/toolkit/examples/notes/wire"
)

// DefaultTimeout is how long a call takes at most when the Client does not
// say.
const DefaultTimeout = 500 * time.Millisecond

// A DaemonError is the daemon's own refusal of a request.
type DaemonError struct{ Message string }

func (e *DaemonError) Error() string { return "the daemon says: " + e.Message }

// A Client talks to the daemon. It may be used concurrently.
type Client struct {
	// Dial connects to the daemon.
	Dial func(ctx context.Context) (net.Conn, error)

	// Timeout is how long a call may take, from the first dial to the last
	// byte of the reply, repetitions and the pauses before them included; 0
	// is DefaultTimeout.
	Timeout time.Duration

	// NewKey makes the key of a change, which has to be a new one each time;
	// nil draws it. A change with the empty key is asked for only once.
	NewKey func() string

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
	r, err := c.call(ctx, wire.Request{Type: wire.List}, nil)
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
	err := wire.CheckText(text)
	if err == nil {
		_, err = c.call(ctx, wire.Request{Type: wire.Add, Key: c.key(), Text: text}, nil)
	}
	if err != nil {
		return fmt.Errorf("add: %w", err)
	}
	return nil
}

// Import keeps these notes, all of them or, with an error of the daemon's,
// none. progress, if not nil, is told how many percent are done, more each
// time. A text that is no single line is an error, and nothing is sent.
func (c *Client) Import(ctx context.Context, texts []string, progress func(percent int)) error {
	for i, text := range texts {
		if err := wire.CheckText(text); err != nil {
			return fmt.Errorf("import: text %d: %w", i+1, err)
		}
	}
	if _, err := c.call(ctx, wire.Request{Type: wire.Import, Key: c.key(), Texts: texts}, progress); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	return nil
}

func (c *Client) key() string {
	if c.NewKey == nil {
		return rand.Text()
	}
	return c.NewKey()
}
