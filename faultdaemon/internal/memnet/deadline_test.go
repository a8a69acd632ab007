package memnet_test

import (
	"errors"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// direction is a deadline and a call that it ends.
type direction struct {
	set   func(*memnet.Conn, time.Time) error
	block func(*memnet.Conn) func() (int, error) // blocks on the end it is given
	n     int                                    // what the call returns when it is cut
}

func directions() map[string]direction {
	return map[string]direction{
		"read":  {(*memnet.Conn).SetReadDeadline, func(c *memnet.Conn) func() (int, error) { return reading(c, 1) }, 0},
		"write": {(*memnet.Conn).SetWriteDeadline, func(c *memnet.Conn) func() (int, error) { return writing(c, memnet.Buffer+5) }, memnet.Buffer},
	}
}

func TestDeadlineIsExact(t *testing.T) {
	for op, d := range directions() {
		for name, set := range map[string]func(*memnet.Conn, time.Time) error{"own": d.set, "both": (*memnet.Conn).SetDeadline} {
			t.Run(op+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					a, _ := memnet.Pipe()
					start := time.Now()
					require.NoError(t, set(a, start.Add(1500*time.Millisecond)))
					got := <-begin(d.block(a))
					require.Equal(t, 1500*time.Millisecond, time.Since(start))
					require.Equal(t, d.n, got.n)
					requireOpError(t, got.err, op, os.ErrDeadlineExceeded)
					var timeout net.Error
					require.True(t, errors.As(got.err, &timeout) && timeout.Timeout())
				})
			})
		}
	}
}

func TestDeadlineMoves(t *testing.T) {
	for op, d := range directions() {
		for name, c := range map[string]struct {
			after, to, want time.Duration // from the start; the first deadline is at 1s
		}{
			"later":            {500 * time.Millisecond, 7 * time.Second, 7 * time.Second},
			"sooner":           {500 * time.Millisecond, 600 * time.Millisecond, 600 * time.Millisecond},
			"to this instant":  {500 * time.Millisecond, 500 * time.Millisecond, 500 * time.Millisecond},
			"to a past moment": {500 * time.Millisecond, -time.Hour, 500 * time.Millisecond},
		} {
			t.Run(op+"/"+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					a, _ := memnet.Pipe()
					start := time.Now()
					require.NoError(t, d.set(a, start.Add(time.Second)))
					call := begin(d.block(a))
					time.AfterFunc(c.after, func() { d.set(a, start.Add(c.to)) })
					got := <-call
					require.Equal(t, c.want, time.Since(start))
					require.ErrorIs(t, got.err, os.ErrDeadlineExceeded)
				})
			})
		}
	}
}

func TestZeroDeadlineIsNone(t *testing.T) {
	for op, d := range directions() {
		t.Run(op, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, _ := memnet.Pipe()
				require.NoError(t, d.set(a, time.Now().Add(time.Second)))
				call := begin(d.block(a))
				require.NoError(t, d.set(a, time.Time{}))
				<-time.After(time.Hour)
				blocked(t, call)
				a.Close()
				require.ErrorIs(t, returned(t, call).err, net.ErrClosed)
			})
		})
	}
}

func TestPastDeadlineRefusesReadyCalls(t *testing.T) {
	a, b := memnet.Pipe()
	write(t, b, "here")
	require.NoError(t, a.SetDeadline(time.Unix(1, 0)))
	_, err := a.Read(make([]byte, 4))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	n, err := a.Write([]byte("x"))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.Zero(t, n)

	require.NoError(t, a.SetDeadline(time.Now().Add(time.Hour)))
	n, err = a.Read(make([]byte, 8))
	require.NoError(t, err)
	require.Equal(t, 4, n, "what was there is still there")
	write(t, a, "x")
	a.Close()
	text, _ := readAll(b)
	require.Equal(t, "x", text, "the refused write left nothing")
}

func TestOneDirectionsDeadlineIsNotTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		require.NoError(t, a.SetReadDeadline(time.Now()))
		write(t, a, "out")
		require.NoError(t, b.SetWriteDeadline(time.Now()))
		n, err := b.Read(make([]byte, 8))
		require.NoError(t, err)
		require.Equal(t, 3, n)
	})
}

// A byte and a deadline at one instant must not be a matter of scheduling.
func TestAByteAtTheDeadlineIsLate(t *testing.T) {
	for range 50 {
		synctest.Test(t, func(t *testing.T) {
			a, b := memnet.Pipe()
			require.NoError(t, a.SetReadDeadline(time.Now().Add(time.Second)))
			time.AfterFunc(time.Second, func() { b.Write([]byte("x")) })
			_, err := a.Read(make([]byte, 1))
			require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		})
	}
}

func TestDeadlineOfAClosedEnd(t *testing.T) {
	a, _ := memnet.Pipe()
	require.NoError(t, a.SetDeadline(time.Now().Add(time.Hour)))
	a.Close()
	for _, set := range []func(time.Time) error{a.SetDeadline, a.SetReadDeadline, a.SetWriteDeadline} {
		requireOpError(t, set(time.Now().Add(time.Hour)), "set", net.ErrClosed)
	}
}

// A deadline read off the wall clock, as one out of a file is, works like one of time.Now.
func TestDeadlineOfTheWallClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, _ := memnet.Pipe()
		start := time.Now()
		require.NoError(t, a.SetReadDeadline(start.Add(2*time.Second).Round(0).UTC()))
		_, err := a.Read(make([]byte, 1))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.Equal(t, 2*time.Second, time.Since(start))
	})
}
