package faultdaemon_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// client is a client's connection whose failures end the test.
type client struct {
	net.Conn
	t testing.TB
}

func (c *client) send(text string) {
	c.t.Helper()
	_, err := io.WriteString(c, text)
	require.NoError(c.t, err)
}

// reads reads exactly these bytes.
func (c *client) reads(want string) {
	c.t.Helper()
	got := make([]byte, len(want))
	n, err := io.ReadFull(c, got)
	require.NoError(c.t, err, "after %q, want %q", got[:n], want)
	require.Equal(c.t, want, string(got))
}

func (c *client) exchange(send, want string) {
	c.t.Helper()
	c.send(send)
	c.reads(want)
}

// ends reads to the end, which must come after these bytes.
func (c *client) ends(want string, then faultdaemon.End) {
	c.t.Helper()
	got, end, err := readToEnd(c)
	require.NoError(c.t, err)
	require.Equal(c.t, want, got)
	require.Equal(c.t, then, end)
}

// isSilent reads nothing for a moment.
func (c *client) isSilent() {
	c.t.Helper()
	require.NoError(c.t, c.SetReadDeadline(time.Now().Add(moment)))
	n, err := c.Read(make([]byte, 1))
	require.ErrorIs(c.t, err, os.ErrDeadlineExceeded, "read %d bytes", n)
	require.NoError(c.t, c.SetReadDeadline(time.Now().Add(patience)))
}

func (c *client) closeWrite() {
	c.t.Helper()
	require.NoError(c.t, c.Conn.(interface{ CloseWrite() error }).CloseWrite())
}

// readToEnd reads until a clean EOF, a reset or the deadline.
func readToEnd(conn net.Conn) (string, faultdaemon.End, error) {
	got, err := io.ReadAll(conn)
	switch {
	case err == nil:
		return string(got), faultdaemon.EndEOF, nil
	case errors.Is(err, syscall.ECONNRESET):
		return string(got), faultdaemon.EndReset, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return string(got), faultdaemon.EndOpen, nil
	}
	return string(got), faultdaemon.EndOpen, err
}

// talk is one exchange of a client that lives in a goroutine of its own.
func talk(conn net.Conn, send, want string) error {
	if _, err := io.WriteString(conn, send); err != nil {
		return err
	}
	got := make([]byte, len(want))
	if n, err := io.ReadFull(conn, got); err != nil {
		return fmt.Errorf("read %q, want %q: %w", got[:n], want, err)
	}
	if string(got) != want {
		return fmt.Errorf("read %q, want %q", got, want)
	}
	return nil
}

// readFull fills p.
func readFull(c net.Conn, p []byte) error {
	_, err := io.ReadFull(c, p)
	return err
}

// writeAll writes the pieces one by one.
func writeAll(c net.Conn, pieces ...string) error {
	for _, piece := range pieces {
		if _, err := io.WriteString(c, piece); err != nil {
			return err
		}
	}
	return nil
}
