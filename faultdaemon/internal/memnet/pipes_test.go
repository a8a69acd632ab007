package memnet_test

import (
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

func TestAPipeHolds64KiB(t *testing.T) {
	for name, swap := range map[string]bool{"one direction": false, "the other": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := memnet.Pipe()
				a.AsPipes()
				if swap {
					a, b = b, a
				}
				require.Equal(t, outcome{n: 65536}, returned(t, begin(writing(a, 65536))))
				full := begin(writing(a, 70000))
				blocked(t, full)
				text, err := b.Read(make([]byte, 65536))
				require.NoError(t, err)
				require.Equal(t, 65536, text)
				blocked(t, full)
				require.NoError(t, b.Close())
				got := returned(t, full)
				require.Equal(t, 65536, got.n)
				require.ErrorIs(t, got.err, syscall.EPIPE)
			})
		})
	}
}

// Unlike that of a socket, a pipe's writer that waits for room hears of it when
// nobody will read.
func TestCloseReadAndAWriteToAPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		b.AsPipes()
		full := begin(writing(a, memnet.PipeBuffer+1))
		blocked(t, full)
		require.NoError(t, b.CloseRead())
		got := returned(t, full)
		require.Equal(t, memnet.PipeBuffer, got.n)
		require.ErrorIs(t, got.err, syscall.EPIPE)
	})
}

func TestAsPipesLeavesWhatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		require.Equal(t, outcome{n: memnet.Buffer}, returned(t, begin(writing(a, memnet.Buffer))))
		a.AsPipes()
		full := begin(writing(a, 1))
		blocked(t, full)
		n, err := b.Read(make([]byte, memnet.Buffer-memnet.PipeBuffer))
		require.NoError(t, err)
		require.Equal(t, memnet.Buffer-memnet.PipeBuffer, n)
		blocked(t, full)
		_, err = b.Read(make([]byte, 1))
		require.NoError(t, err)
		require.Equal(t, outcome{n: 1}, returned(t, full))
	})
}

// As the kernel's POLLHUP has it, a peer that has shut both sides is gone.
func TestWaitGoneWithBothSidesShut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe()
		wait := begin(waiting(b.WaitGone))
		require.NoError(t, a.CloseRead())
		blocked(t, wait)
		require.NoError(t, a.CloseWrite())
		require.NoError(t, returned(t, wait).err)
	})
}
