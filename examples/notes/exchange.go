package notes

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/faultdaemon/toolkit/examples/notes/wire"
)

// A lostError says that a connection ended, or never began, before the reply
// was there: over another one it may come.
type lostError struct{ err error }

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

func lost(format string, args ...any) error { return &lostError{fmt.Errorf(format, args...)} }

// exchange sends a request over a connection of its own and returns the reply
// to it. When ctx ends, so do its write and its reads.
func (c *Client) exchange(ctx context.Context, message []byte, id int64, progress func(int)) (wire.Reply, error) {
	conn, err := c.Dial(ctx)
	if err != nil {
		return wire.Reply{}, &lostError{err}
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() {
		_ = conn.SetDeadline(time.Unix(1, 0)) // fails when conn is closed, which ends them too
	})
	defer stop()
	if _, err := conn.Write(message); err != nil {
		return wire.Reply{}, lost("send the request: %w", err)
	}
	return readReply(conn, id, progress)
}

// readReply reads messages of progress and the reply behind them. Progress
// that does not grow is an error, so that there cannot be more and more of it.
func readReply(conn net.Conn, id int64, progress func(int)) (wire.Reply, error) {
	lines := bufio.NewReader(conn)
	for done := 0; ; {
		line, err := readLine(lines)
		if err != nil {
			return wire.Reply{}, err
		}
		r, err := decode(line, id)
		switch {
		case err != nil || r.Progress == nil:
			return r, err
		case *r.Progress <= done || *r.Progress > 100:
			return wire.Reply{}, fmt.Errorf("the progress goes from %d%% to %d%%", done, *r.Progress)
		}
		done = *r.Progress
		progress(done)
	}
}

// readLine reads one message. Blank lines are none.
func readLine(lines *bufio.Reader) ([]byte, error) {
	line, err := wire.ReadLine(lines)
	for err == nil && len(bytes.TrimSpace(line)) == 0 {
		line, err = wire.ReadLine(lines)
	}
	switch {
	case errors.Is(err, wire.ErrTooLong):
		return nil, fmt.Errorf("the reply is %w", err)
	case errors.Is(err, io.EOF):
		return nil, lost("the daemon closed the connection without a reply")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, lost("the daemon closed the connection %d bytes into its reply", len(line))
	case err != nil:
		return nil, lost("read the reply: %w", err)
	}
	return line, nil
}
