package faulttest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// statusDaemon replies to {"id":1,"method":"status"} with
// {"id":1,"result":"fine"}.
func statusDaemon() faultdaemon.Config {
	return faultdaemon.Config{ResponseHandler: func(request []byte) []byte {
		var r struct{ ID int }
		if err := json.Unmarshal(request, &r); err != nil {
			return []byte("{\"error\":\"no JSON\"}\n")
		}
		return fmt.Appendf(nil, "{\"id\":%d,\"result\":\"fine\"}\n", r.ID)
	}}
}

// maxReply is the longest line that the client reads.
const maxReply = 1 << 20

// lineClient is a correct client of newline-delimited JSON: one call at a time,
// each under the deadline of its context.
type lineClient struct {
	conn net.Conn
	r    *bufio.Reader
	id   int
}

func connect(ctx context.Context, dial faulttest.Dialer) (*lineClient, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	return &lineClient{conn: conn, r: bufio.NewReader(conn)}, nil
}

func (c *lineClient) Close() { _ = c.conn.Close() }

// Call sends a request and returns the result of its reply.
func (c *lineClient) Call(ctx context.Context, method string) (string, error) {
	deadline, _ := ctx.Deadline()
	if err := c.conn.SetDeadline(deadline); err != nil {
		return "", err
	}
	c.id++
	if _, err := fmt.Fprintf(c.conn, "{\"id\":%d,\"method\":%q}\n", c.id, method); err != nil {
		return "", fmt.Errorf("%s: write: %w", method, err)
	}
	line, err := c.line()
	if err != nil {
		return "", fmt.Errorf("%s: read: %w", method, err)
	}
	return c.decode(line)
}

var errCutShort = errors.New("the stream ended inside a reply")

// line reads to the newline, and no more than maxReply bytes.
func (c *lineClient) line() ([]byte, error) {
	var line []byte
	for {
		part, err := c.r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxReply:
			return nil, fmt.Errorf("a reply of more than %d bytes", maxReply)
		case errors.Is(err, bufio.ErrBufferFull):
		case err == io.EOF && len(line) > 0:
			return nil, fmt.Errorf("%w after %d bytes", errCutShort, len(line))
		case err != nil:
			return nil, err
		default:
			return line, nil
		}
	}
}

// decode takes nothing for a reply but one JSON object with this call's id.
func (c *lineClient) decode(line []byte) (string, error) {
	var reply struct {
		ID     *int    `json:"id"`
		Result *string `json:"result"`
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	switch err := d.Decode(&reply); {
	case err != nil:
		return "", fmt.Errorf("decode: %w", err)
	case d.More():
		return "", errors.New("decode: more than one value on a line")
	case reply.ID == nil || *reply.ID != c.id:
		return "", errors.New("a reply to another call")
	case reply.Result == nil:
		return "", errors.New("a reply without a result")
	}
	return *reply.Result, nil
}

// status is the client that users would write: one call.
func status(ctx context.Context, dial faulttest.Dialer) (string, error) {
	c, err := connect(ctx, dial)
	if err != nil {
		return "", err
	}
	defer c.Close()
	return c.Call(ctx, "status")
}

// twice makes two calls on one connection.
func twice(ctx context.Context, dial faulttest.Dialer) (string, error) {
	c, err := connect(ctx, dial)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if _, err := c.Call(ctx, "status"); err != nil {
		return "", err
	}
	return c.Call(ctx, "status")
}

// pipelined sends two requests before it reads.
func pipelined(ctx context.Context, dial faulttest.Dialer) (string, error) {
	c, err := connect(ctx, dial)
	if err != nil {
		return "", err
	}
	defer c.Close()
	deadline, _ := ctx.Deadline()
	if err := c.conn.SetDeadline(deadline); err != nil {
		return "", err
	}
	if _, err := c.conn.Write([]byte("{\"id\":1,\"method\":\"status\"}\n{\"id\":2,\"method\":\"status\"}\n")); err != nil {
		return "", err
	}
	var results string
	for c.id = 1; c.id <= 2; c.id++ {
		line, err := c.line()
		if err != nil {
			return "", err
		}
		result, err := c.decode(line)
		if err != nil {
			return "", err
		}
		results += result
	}
	return results, nil
}

// ownTimer gives up after a second, whatever its context says.
func ownTimer(ctx context.Context, dial faulttest.Dialer) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return status(ctx, dial)
}

// bySocket finds its socket by itself.
func bySocket(ctx context.Context, _ faulttest.Dialer) (string, error) {
	return status(ctx, func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", faulttest.SocketPath(ctx))
	})
}

// namesItsFaults leaves out, in short mode, a test that waits for seconds and that no
// fault but those that it names can change.
func namesItsFaults(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: it takes seconds, and no other fault than those that it names changes it")
	}
}
