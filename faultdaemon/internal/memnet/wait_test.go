package memnet_test

import (
	"io"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

func TestWaitByteLeavesTheByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		wait := begin(waiting(b.WaitByte))
		blocked(t, wait)
		write(t, a, "abc")
		require.NoError(t, returned(t, wait).err)
		require.NoError(t, b.WaitByte(), "and again")

		buf := make([]byte, 8)
		n, err := b.Read(buf)
		require.NoError(t, err)
		require.Equal(t, "abc", string(buf[:n]))
		wait = begin(waiting(b.WaitByte))
		blocked(t, wait)
		b.Close()
		returned(t, wait)
	})
}

func TestWaitByteAndTheEndOfThePeer(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*memnet.Conn) error
		want error
	}{
		"half-close": {(*memnet.Conn).CloseWrite, io.EOF},
		"finish":     {(*memnet.Conn).Finish, io.EOF},
		"close":      {(*memnet.Conn).Close, io.EOF},
		"reset":      {(*memnet.Conn).Reset, syscall.ECONNRESET},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := memnet.Pipe()
				wait := begin(waiting(b.WaitByte))
				blocked(t, wait)
				require.NoError(t, c.end(a))
				require.ErrorIs(t, returned(t, wait).err, c.want)
				_, err := b.Read(make([]byte, 1))
				require.ErrorIs(t, err, c.want, "left for the Read")
			})
			t.Run("with a byte left", func(t *testing.T) {
				a, b := memnet.Pipe()
				write(t, a, "x")
				require.NoError(t, c.end(a))
				require.NoError(t, b.WaitByte())
				text, err := readAll(b)
				require.Equal(t, "x", text)
				require.ErrorIs(t, err, c.want)
			})
		})
	}
	a, b := memnet.Pipe()
	a.Close()
	require.Equal(t, io.EOF, b.WaitByte(), "bare")
}

func TestWaitGoneWithUnreadBytes(t *testing.T) {
	for name, end := range map[string]func(*memnet.Conn) error{
		"close": (*memnet.Conn).Close, "finish": (*memnet.Conn).Finish, "reset": (*memnet.Conn).Reset,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := memnet.Pipe()
				write(t, a, "request\n")
				wait := begin(waiting(b.WaitGone))
				blocked(t, wait)
				write(t, a, "more\n")
				blocked(t, wait)
				require.NoError(t, a.CloseWrite())
				blocked(t, wait)
				require.NoError(t, end(a))
				require.NoError(t, returned(t, wait).err)

				buf := make([]byte, 64)
				n, err := b.Read(buf)
				require.NoError(t, err)
				require.Equal(t, "request\nmore\n", string(buf[:n]), "nothing was read")
				require.NoError(t, b.WaitGone(), "and again")
			})
		})
	}
}

func TestWaitsEndAtTheReadDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		start := time.Now()
		require.NoError(t, b.SetReadDeadline(start.Add(3*time.Second)))
		forByte, forGone := begin(waiting(b.WaitByte)), begin(waiting(b.WaitGone))
		for _, wait := range []<-chan outcome{forByte, forGone} {
			got := <-wait
			requireOpError(t, got.err, "wait", os.ErrDeadlineExceeded)
			require.Equal(t, 3*time.Second, time.Since(start))
		}
		write(t, a, "late")
		a.Close()
		requireOpError(t, b.WaitByte(), "wait", os.ErrDeadlineExceeded)
		requireOpError(t, b.WaitGone(), "wait", os.ErrDeadlineExceeded)
		require.NoError(t, b.SetReadDeadline(time.Time{}))
		require.NoError(t, b.WaitByte())
		require.NoError(t, b.WaitGone())
	})
}
