package memnet_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// Every client must get its own lines back while deadlines move under it.
func TestManyConnections(t *testing.T) {
	const clients, exchanges = 100, 20
	l := memnet.Listen()
	var all sync.WaitGroup
	all.Go(func() {
		var served sync.WaitGroup
		defer served.Wait()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			served.Go(func() {
				defer c.Close()
				io.Copy(c, c)
			})
		}
	})
	errs := make(chan error, clients)
	for i := range clients {
		all.Go(func() {
			errs <- func() error {
				c, err := l.Dial(context.Background())
				if err != nil {
					return err
				}
				defer c.Close()
				for j := range exchanges {
					text := fmt.Sprintf("client %d, exchange %d\n", i, j)
					moved := make(chan error, 1)
					go func() { moved <- c.SetDeadline(time.Now().Add(time.Hour)) }()
					if _, err := io.WriteString(c, text); err != nil {
						return err
					}
					got := make([]byte, len(text))
					if _, err := io.ReadFull(c, got); err != nil {
						return err
					}
					if string(got) != text {
						return fmt.Errorf("got %q, want %q", got, text)
					}
					if err := <-moved; err != nil {
						return err
					}
				}
				return nil
			}()
		})
	}
	for range clients {
		require.NoError(t, <-errs)
	}
	l.Close()
	all.Wait()
}

// All methods at once, on both ends, until one is closed: no call may stay
// blocked, and none may fail with anything but what the ends explain.
func TestAllMethodsAtOnce(t *testing.T) {
	for round := range 20 {
		a, b := memnet.Pipe()
		var calls sync.WaitGroup
		errs := make(chan error, 1000)
		for _, c := range []*memnet.Conn{a, b} {
			for _, call := range []func() error{
				func() error { _, err := c.Read(make([]byte, 1000)); return err },
				func() error { _, err := c.Write(make([]byte, 70_000)); return err },
				c.WaitByte,
				c.WaitGone,
				func() error { return c.SetDeadline(time.Now().Add(time.Hour)) },
				func() error { return c.SetReadDeadline(time.Now().Add(-time.Hour)) },
				func() error { return c.SetWriteDeadline(time.Time{}) },
			} {
				for range 3 {
					calls.Go(func() { errs <- call() })
				}
			}
		}
		end := []func() error{a.Close, b.Reset, a.Finish}[round%3]
		calls.Go(func() { errs <- end() })
		calls.Go(func() { errs <- b.CloseWrite() })
		// The end that is left open may have a deadline that says nothing.
		calls.Go(func() { a.Close(); b.Close() })
		calls.Wait()
		close(errs)
		for err := range errs {
			known := err == nil || err == io.EOF
			for _, want := range []error{net.ErrClosed, os.ErrDeadlineExceeded, syscall.ECONNRESET, syscall.EPIPE} {
				known = known || errors.Is(err, want)
			}
			require.True(t, known, "%v", err)
		}
	}
}

// Whatever the order of Dial, Accept and Close, no connection is forgotten: a
// client is refused, or served, or reset.
func TestCloseAmongDials(t *testing.T) {
	for range 50 {
		l := memnet.Listen()
		var all sync.WaitGroup
		all.Go(func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				io.WriteString(c, "served")
				c.Close()
			}
		})
		const clients = 20
		outcomes := make(chan error, clients)
		for i := range clients {
			all.Go(func() {
				if i == clients/2 {
					l.Close()
				}
				c, err := l.Dial(context.Background())
				if err == nil {
					_, err = readAll(c)
				}
				outcomes <- err
			})
		}
		all.Wait()
		for range clients {
			err := <-outcomes
			require.True(t, err == io.EOF || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNREFUSED), "%v", err)
		}
	}
}

// A bubble whose goroutines have not all ended fails its test: a listener and
// its connections, none of them closed, leave none.
func TestNoGoroutineIsLeftInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		for range 10 {
			_, err := l.Dial(t.Context())
			require.NoError(t, err)
		}
		c, err := l.Accept()
		require.NoError(t, err)
		require.NoError(t, c.SetDeadline(time.Now().Add(time.Hour)))
	})
}
