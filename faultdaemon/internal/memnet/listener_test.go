package memnet_test

import (
	"context"
	"net"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

func TestDialReturnsBeforeAccept(t *testing.T) {
	l := memnet.Listen()
	first, err := l.Dial(context.Background())
	require.NoError(t, err)
	write(t, first, "first")
	second, err := l.Dial(context.Background())
	require.NoError(t, err)
	write(t, second, "second")
	first.Close()
	second.Close()
	for _, want := range []string{"first", "second"} {
		c, err := l.Accept()
		require.NoError(t, err)
		require.IsType(t, (*memnet.Conn)(nil), c)
		got, _ := readAll(c)
		require.Equal(t, want, got, "in the order of dialing")
	}
}

func TestAcceptBlocksUntilDial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		accept := begin(func() (int, error) {
			_, err := l.Accept()
			return 0, err
		})
		blocked(t, accept)
		_, err := l.Dial(t.Context())
		require.NoError(t, err)
		require.NoError(t, returned(t, accept).err)
	})
}

func TestAfterClose(t *testing.T) {
	l := memnet.Listen()
	require.NoError(t, l.Close())
	_, err := l.Dial(context.Background())
	requireOpError(t, err, "dial", syscall.ECONNREFUSED)
	require.EqualError(t, err, "dial memory memory: connect: "+syscall.ECONNREFUSED.Error())
	_, err = l.Accept()
	requireOpError(t, err, "accept", net.ErrClosed)
	requireOpError(t, l.Close(), "close", net.ErrClosed)
}

func TestCloseWakesAccept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		accept := begin(func() (int, error) {
			_, err := l.Accept()
			return 0, err
		})
		blocked(t, accept)
		l.Close()
		requireOpError(t, returned(t, accept).err, "accept", net.ErrClosed)
	})
}

func TestCloseResetsTheQueueOnly(t *testing.T) {
	l := memnet.Listen()
	accepted, err := l.Dial(context.Background())
	require.NoError(t, err)
	server, err := l.Accept()
	require.NoError(t, err)
	queued, err := l.Dial(context.Background())
	require.NoError(t, err)
	l.Close()

	_, err = queued.Read(make([]byte, 1))
	requireOpError(t, err, "read", syscall.ECONNRESET)
	_, err = queued.Write([]byte("x"))
	requireOpError(t, err, "write", syscall.EPIPE)
	_, err = l.Accept()
	requireOpError(t, err, "accept", net.ErrClosed)

	write(t, server, "still here")
	server.Close()
	got, _ := readAll(accepted)
	require.Equal(t, "still here", got)
}

func TestDialBlocksWhileTheQueueIsFull(t *testing.T) {
	fill := func(t *testing.T) (l *memnet.Listener, dial func(context.Context) <-chan outcome) {
		l = memnet.Listen()
		for range 4096 {
			_, err := l.Dial(t.Context())
			require.NoError(t, err)
		}
		return l, func(ctx context.Context) <-chan outcome {
			return begin(func() (int, error) {
				_, err := l.Dial(ctx)
				return 0, err
			})
		}
	}
	t.Run("until there is room", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l, dial := fill(t)
			waiting := dial(t.Context())
			blocked(t, waiting)
			_, err := l.Accept()
			require.NoError(t, err)
			require.NoError(t, returned(t, waiting).err)
		})
	})
	t.Run("until the context ends", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, dial := fill(t)
			start := time.Now()
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
			defer cancel()
			got := <-dial(ctx)
			requireOpError(t, got.err, "dial", context.DeadlineExceeded)
			require.Equal(t, 4*time.Second, time.Since(start))
		})
	})
	t.Run("until the listener is closed", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			l, dial := fill(t)
			waiting := dial(t.Context())
			blocked(t, waiting)
			l.Close()
			requireOpError(t, returned(t, waiting).err, "dial", syscall.ECONNREFUSED)
		})
	})
}

func TestDialWithAnEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l := memnet.Listen()
	for range 50 { // there is room in the queue, too
		_, err := l.Dial(ctx)
		requireOpError(t, err, "dial", context.Canceled)
	}
	c, err := l.Dial(context.Background())
	require.NoError(t, err)
	write(t, c, "only one")
	c.Close()
	server, err := l.Accept()
	require.NoError(t, err)
	got, _ := readAll(server)
	require.Equal(t, "only one", got, "the refused ones are not in the queue")
}
