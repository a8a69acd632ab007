package memnet_test

import (
	"bytes"
	"io"
	"net"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

func TestAddressesAreMemory(t *testing.T) {
	a, b := memnet.Pipe()
	for _, addr := range []net.Addr{a.LocalAddr(), a.RemoteAddr(), b.LocalAddr(), b.RemoteAddr(), memnet.Listen().Addr()} {
		require.Equal(t, "memory", addr.Network())
		require.Equal(t, "memory", addr.String())
	}
}

func TestBothDirectionsCarryBytesApart(t *testing.T) {
	a, b := memnet.Pipe()
	write(t, a, "ping")
	write(t, b, "pong!")

	buf := make([]byte, 16)
	n, err := b.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "ping", string(buf[:n]))
	n, err = a.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "pong!", string(buf[:n]))
}

func TestReadTakesWhatIsThere(t *testing.T) {
	a, b := memnet.Pipe()
	write(t, a, "hello ")
	write(t, a, "world")
	buf := make([]byte, 8)
	n, err := b.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "hello wo", string(buf[:n]))
	n, err = b.Read(buf)
	require.NoError(t, err)
	require.Equal(t, "rld", string(buf[:n]))
}

func TestReadBlocksUntilAByteComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		read := begin(reading(b, 10))
		blocked(t, read)
		write(t, a, "abc")
		require.Equal(t, outcome{n: 3}, returned(t, read))
	})
}

func TestWriteBlocksBeyondBuffer(t *testing.T) {
	require.Equal(t, 212992, memnet.Buffer)
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		require.Equal(t, outcome{n: 212992}, returned(t, begin(writing(a, 212992))))
		more := begin(writing(a, 1))
		blocked(t, more)

		n, err := b.Read(make([]byte, 1))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, outcome{n: 1}, returned(t, more))
		blocked(t, begin(writing(a, 1)))

		require.Equal(t, outcome{n: 212992}, returned(t, begin(writing(b, 212992))), "the other direction has its own room")
		b.Reset()
	})
}

func TestWriteTakesWhatFitsAndBlocksForTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		large := begin(writing(a, 500_000))
		blocked(t, large)
		for _, want := range []int{212992, 212992, 74016} {
			synctest.Wait()
			n, err := b.Read(make([]byte, 1<<20))
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		require.Equal(t, outcome{n: 500_000}, returned(t, large))
	})
}

func TestZeroLengthReturnsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		require.Equal(t, outcome{}, returned(t, begin(reading(a, 0))))
		full := begin(writing(a, memnet.Buffer+1))
		blocked(t, full)
		require.Equal(t, outcome{}, returned(t, begin(writing(a, 0))), "while another write blocks")

		b.Close()
		requireOpError(t, returned(t, begin(writing(a, 0))).err, "write", syscall.EPIPE)
		a.Close()
		requireOpError(t, returned(t, begin(reading(a, 0))).err, "read", net.ErrClosed)
		requireOpError(t, returned(t, begin(writing(a, 0))).err, "write", net.ErrClosed)
	})
}

func TestConcurrentWritesDoNotInterleave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const writers, size = 5, 300_000
		a, b := memnet.Pipe()
		var writes []<-chan outcome
		for i := range writers {
			text := bytes.Repeat([]byte{byte('A' + i)}, size)
			writes = append(writes, begin(func() (int, error) { return a.Write(text) }))
		}
		seen := map[byte]bool{}
		for range writers {
			got := make([]byte, size)
			_, err := io.ReadFull(b, got)
			require.NoError(t, err)
			require.Equal(t, size, bytes.Count(got, got[:1]), "one write, whole")
			require.False(t, seen[got[0]])
			seen[got[0]] = true
		}
		for _, w := range writes {
			require.Equal(t, outcome{n: size}, returned(t, w))
		}
	})
}

func TestTheNextWriteBeginsWhenOneEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		writes := []<-chan outcome{begin(writing(a, memnet.Buffer+1))}
		for range 8 {
			writes = append(writes, begin(writing(a, 1)))
		}
		n, err := b.Read(make([]byte, 100)) // room for all of them
		require.NoError(t, err)
		require.Equal(t, 100, n)
		for _, w := range writes {
			require.NoError(t, returned(t, w).err)
		}
	})
}
