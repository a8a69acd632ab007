package faulttest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWithLabel(t *testing.T) {
	const profile = `goroutine profile: total 4
2 @ 0x47e2ae 0x48fa65 0x48dd61
# labels: {"faulttest":"a", "other":"b"}
#	0x48fa64	example.com/client.(*Conn).loop+0x24	/src/client/conn.go:41
#	0x48dd60	example.com/client.Dial.func1+0x40		/src/client/dial.go:7

1 @ 0x47e2ae
# labels: {"faulttest":"ab"}
#	0x48fa64	example.com/other.loop+0x24	/src/other.go:1

1 @ 0x47e2ae
#	0x48fa64	main.main+0x24	/src/main.go:1

`
	stack := "goroutine:\nexample.com/client.(*Conn).loop(...)\n\t/src/client/conn.go:41\nexample.com/client.Dial.func1(...)\n\t/src/client/dial.go:7"
	require.Equal(t, []string{stack, stack}, withLabel(profile, "a"))
	require.Empty(t, withLabel(profile, "b"))
}

// The runtime's own profile is as it is read here, and goroutines have the
// label of those that started them.
func TestStillThere(t *testing.T) {
	stop, started := make(chan struct{}), make(chan struct{})
	defer close(stop)
	leaky := func(context.Context, Dialer) (any, error) {
		go func() {
			go waits(stop, started)
		}()
		return nil, nil
	}
	_, err := labelled(leaky, "leaky")(t.Context(), nil)
	require.NoError(t, err)
	<-started
	stacks := stillThere("leaky", time.Millisecond)
	require.Len(t, stacks, 1)
	require.Contains(t, stacks[0], "faulttest.waits(...)\n\t")
	require.Empty(t, stillThere("another", 0))
}

func waits(stop, started chan struct{}) {
	close(started)
	<-stop
}

// What is about to end is waited for.
func TestStillThereWaits(t *testing.T) {
	stop, started := make(chan struct{}), make(chan struct{})
	_, err := labelled(func(context.Context, Dialer) (any, error) {
		go waits(stop, started)
		return nil, nil
	}, "ends")(t.Context(), nil)
	require.NoError(t, err)
	<-started
	time.AfterFunc(5*time.Millisecond, func() { close(stop) })
	require.Empty(t, stillThere("ends", 20*time.Second))
}
