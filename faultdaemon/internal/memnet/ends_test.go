package memnet_test

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// halfCloser is what memory and the kernel have in common.
type halfCloser interface {
	net.Conn
	CloseWrite() error
	CloseRead() error
}

// testEnds holds what a peer sees of every end that close(2) and shutdown(2)
// make. The same lines hold for a Unix socket of Linux.
func testEnds(t *testing.T, pipe func(*testing.T) (a, b halfCloser)) {
	// look performs one read or write of b and says in a word what came of it.
	look := func(t *testing.T, b halfCloser, what string) string {
		buf := make([]byte, 64)
		var n int
		var err error
		if what == "read" {
			n, err = b.Read(buf)
		} else {
			n, err = b.Write([]byte("w"))
		}
		switch {
		case err == nil && what == "read":
			return string(buf[:n])
		case err == nil:
			return "ok"
		case err == io.EOF:
			return "EOF"
		case errors.Is(err, syscall.ECONNRESET):
			return "ECONNRESET"
		case errors.Is(err, syscall.EPIPE):
			return "EPIPE"
		}
		require.NoError(t, err)
		return ""
	}
	for name, c := range map[string]struct {
		do   func(t *testing.T, a, b halfCloser)
		want []string // what to do on b, what comes of it, and so on
	}{
		"close": {
			func(t *testing.T, a, b halfCloser) { write(t, a, "bye"); a.Close() },
			[]string{"read", "bye", "read", "EOF", "read", "EOF", "write", "EPIPE", "write", "EPIPE"},
		},
		"close with unread bytes": {
			func(t *testing.T, a, b halfCloser) { write(t, a, "bye"); write(t, b, "hey"); a.Close() },
			[]string{"read", "bye", "read", "ECONNRESET", "read", "EOF", "write", "EPIPE"},
		},
		"close with unread bytes, write first": {
			func(t *testing.T, a, b halfCloser) { write(t, a, "bye"); write(t, b, "hey"); a.Close() },
			[]string{"write", "EPIPE", "read", "bye", "write", "EPIPE", "read", "ECONNRESET", "write", "EPIPE", "read", "EOF"},
		},
		"close with the bytes read": {
			func(t *testing.T, a, b halfCloser) { write(t, b, "hey"); look(t, a, "read"); a.Close() },
			[]string{"read", "EOF", "write", "EPIPE"},
		},
		"half-close": {
			func(t *testing.T, a, b halfCloser) { write(t, a, "bye"); require.NoError(t, a.CloseWrite()) },
			[]string{"read", "bye", "read", "EOF", "write", "ok", "read", "EOF", "write", "ok"},
		},
		"half-close, then close with unread bytes": {
			func(t *testing.T, a, b halfCloser) { require.NoError(t, a.CloseWrite()); write(t, b, "hey"); a.Close() },
			[]string{"read", "ECONNRESET", "read", "EOF", "write", "EPIPE"},
		},
		"no more reading": {
			func(t *testing.T, a, b halfCloser) { require.NoError(t, a.CloseRead()); write(t, a, "bye") },
			[]string{"write", "EPIPE", "read", "bye", "write", "EPIPE"},
		},
		"no more reading, then close": {
			func(t *testing.T, a, b halfCloser) {
				require.NoError(t, a.CloseRead())
				require.NoError(t, a.CloseRead())
				a.Close()
			},
			[]string{"write", "EPIPE", "read", "EOF", "write", "EPIPE"},
		},
		"no more reading, then close with unread bytes": {
			func(t *testing.T, a, b halfCloser) { write(t, b, "hey"); require.NoError(t, a.CloseRead()); a.Close() },
			[]string{"write", "EPIPE", "read", "ECONNRESET", "read", "EOF"},
		},
		"no more reading, of what was written before": {
			func(t *testing.T, a, b halfCloser) {
				write(t, b, "hey")
				require.NoError(t, a.CloseRead())
				require.Equal(t, "hey", look(t, a, "read"))
				require.Equal(t, "EOF", look(t, a, "read"))
				write(t, a, "bye")
			},
			[]string{"read", "bye", "write", "EPIPE"},
		},
		"no more reading, with a full buffer": {
			func(t *testing.T, a, b halfCloser) {
				require.NoError(t, b.SetWriteDeadline(time.Now().Add(20*time.Millisecond)))
				_, err := b.Write(make([]byte, 1<<20))
				require.ErrorIs(t, err, os.ErrDeadlineExceeded)
				require.NoError(t, b.SetWriteDeadline(time.Time{}))
				require.NoError(t, a.CloseRead())
				write(t, a, "bye")
			},
			[]string{"write", "EPIPE", "read", "bye", "write", "EPIPE"},
		},
		"no more reading, and no more writing": {
			func(t *testing.T, a, b halfCloser) {
				require.NoError(t, a.CloseRead())
				require.NoError(t, a.CloseWrite())
			},
			[]string{"read", "EOF", "write", "EPIPE", "read", "EOF"},
		},
		"half-close of both": {
			func(t *testing.T, a, b halfCloser) {
				write(t, a, "bye")
				require.NoError(t, a.CloseWrite())
				require.NoError(t, b.CloseWrite())
			},
			[]string{"write", "EPIPE", "read", "bye", "read", "EOF"},
		},
		"half-close twice and after the peer has gone": {
			func(t *testing.T, a, b halfCloser) {
				require.NoError(t, b.CloseWrite())
				require.NoError(t, b.CloseWrite())
				a.Close()
				require.NoError(t, b.CloseWrite())
			},
			[]string{"read", "EOF", "write", "EPIPE"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := pipe(t)
			c.do(t, a, b)
			var got []string
			for i := 0; i < len(c.want); i += 2 {
				got = append(got, c.want[i], look(t, b, c.want[i]))
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestEndsInMemory(t *testing.T) {
	testEnds(t, func(*testing.T) (a, b halfCloser) { return memnet.Pipe() })
}

// A Write that waits for room is not woken by CloseRead, and fails when there
// is room.
func TestCloseReadAndAWriteThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		failed := make(chan error, 1)
		go func() {
			_, err := b.Write(make([]byte, memnet.Buffer+1))
			failed <- err
		}()
		synctest.Wait()
		require.NoError(t, a.CloseRead())
		synctest.Wait()
		require.Empty(t, failed)
		_, err := a.Read(make([]byte, 1))
		require.NoError(t, err)
		require.ErrorIs(t, <-failed, syscall.EPIPE)
	})
}
