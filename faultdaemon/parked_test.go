//go:build !race

package faultdaemon_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What a connection that hangs needs of memory is above all its goroutine's stack: the
// smallest that there is. The race detector's frames are larger: this is not built with
// it.
func TestStackOfAConnectionThatHangs(t *testing.T) {
	const connections, smallest = 500, 2 << 10
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultHangOnAccept}, func(t *testing.T, h host) {
		before := stacksInUse()
		for range connections {
			h.client()
		}
		eventually(t, func() bool { return h.Fired()[faultdaemon.FaultHangOnAccept] == connections })
		require.Less(t, (stacksInUse()-before)/connections, float64(smallest*5/4), "bytes of stack")
	})
}

// stacksInUse returns the bytes of all goroutines' stacks, without those of goroutines
// that have ended.
func stacksInUse() float64 {
	runtime.GC()
	runtime.GC() // the first one may leave stacks that were freed meanwhile
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.StackInuse)
}
