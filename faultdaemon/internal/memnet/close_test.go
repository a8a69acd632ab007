package memnet_test

import (
	"io"
	"net"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

func TestFinishIsCleanWithUnreadBytes(t *testing.T) {
	a, b := memnet.Pipe()
	write(t, b, "never read")
	write(t, a, "last words")
	require.NoError(t, a.Finish())

	got, err := readAll(b)
	require.Equal(t, "last words", got)
	require.Equal(t, io.EOF, err, "bare")
	_, err = b.Write([]byte("x"))
	requireOpError(t, err, "write", syscall.EPIPE)
	require.EqualError(t, err, "write memory memory->memory: write: "+syscall.EPIPE.Error())
}

func TestResetComesAfterTheData(t *testing.T) {
	a, b := memnet.Pipe()
	write(t, a, "last words")
	require.NoError(t, a.Reset())

	got, err := readAll(b)
	require.Equal(t, "last words", got)
	requireOpError(t, err, "read", syscall.ECONNRESET)
	require.EqualError(t, err, "read memory memory->memory: read: "+syscall.ECONNRESET.Error())
	_, err = b.Write([]byte("x"))
	requireOpError(t, err, "write", syscall.EPIPE)
}

func TestAnEndWakesTheBlockedPeer(t *testing.T) {
	for name, c := range map[string]struct {
		end   func(*memnet.Conn) error
		read  error
		write error
	}{
		"finish": {(*memnet.Conn).Finish, io.EOF, syscall.EPIPE},
		"reset":  {(*memnet.Conn).Reset, syscall.ECONNRESET, syscall.EPIPE},
		"close":  {(*memnet.Conn).Close, syscall.ECONNRESET, syscall.EPIPE}, // with what the peer wrote unread
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := memnet.Pipe()
				read, full, next := begin(reading(b, 1)), begin(writing(b, memnet.Buffer+7)), begin(writing(b, 1))
				blocked(t, read)
				blocked(t, full)
				blocked(t, next)
				require.NoError(t, c.end(a))
				require.ErrorIs(t, returned(t, read).err, c.read)
				got := returned(t, full)
				require.ErrorIs(t, got.err, c.write)
				require.Equal(t, memnet.Buffer, got.n, "what it had handed over")
				got = returned(t, next)
				require.ErrorIs(t, got.err, c.write)
				require.Zero(t, got.n)
			})
		})
	}
}

func TestCloseWakesThisEnd(t *testing.T) {
	for name, end := range map[string]func(*memnet.Conn) error{
		"close": (*memnet.Conn).Close, "finish": (*memnet.Conn).Finish, "reset": (*memnet.Conn).Reset,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, _ := memnet.Pipe()
				calls := map[string][]<-chan outcome{
					"read":  {begin(reading(a, 1))},
					"write": {begin(writing(a, memnet.Buffer+1)), begin(writing(a, 1))},
					"wait":  {begin(waiting(a.WaitByte)), begin(waiting(a.WaitGone))},
				}
				require.NoError(t, end(a))
				for op, calls := range calls {
					for _, call := range calls {
						requireOpError(t, returned(t, call).err, op, net.ErrClosed)
					}
				}
			})
		})
	}
}

func TestOnAClosedEndEverythingFails(t *testing.T) {
	a, b := memnet.Pipe()
	write(t, b, "unread")
	require.NoError(t, a.Finish())
	requireOpError(t, a.Close(), "close", net.ErrClosed)
	requireOpError(t, a.Finish(), "close", net.ErrClosed)
	requireOpError(t, a.Reset(), "close", net.ErrClosed)
	requireOpError(t, a.CloseWrite(), "close", net.ErrClosed)
	_, err := a.Read(make([]byte, 1))
	requireOpError(t, err, "read", net.ErrClosed)

	got, err := readAll(b)
	require.Empty(t, got)
	require.Equal(t, io.EOF, err, "the Reset after the Finish does nothing")
}

func TestCloseWriteWakesBothReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		own, read := begin(writing(a, memnet.Buffer+1)), begin(func() (int, error) { return io.ReadFull(b, make([]byte, memnet.Buffer+1)) })
		require.Equal(t, outcome{n: memnet.Buffer + 1}, returned(t, own))
		require.Equal(t, outcome{n: memnet.Buffer + 1}, returned(t, read))

		own, read = begin(writing(b, memnet.Buffer+1)), begin(reading(b, 1))
		require.NoError(t, a.CloseWrite())
		require.Equal(t, io.EOF, returned(t, read).err)
		blocked(t, own)
		require.NoError(t, b.CloseWrite())
		got := returned(t, own)
		require.ErrorIs(t, got.err, syscall.EPIPE, "shut under a write that blocks")
		require.Equal(t, memnet.Buffer, got.n)
		text, err := readAll(a)
		require.Len(t, text, memnet.Buffer)
		require.Equal(t, io.EOF, err)
	})
}
