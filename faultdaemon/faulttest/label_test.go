package faulttest

import (
	"context"
	"testing"
	"testing/synctest"
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

// The profile is read once where nothing is left, and otherwise when the count
// of goroutines has changed and when the time is over, not on every look.
func TestStillThereReadsTheProfileSeldom(t *testing.T) {
	const left = "1 @ 0x1\n# labels: {\"faulttest\":\"a\"}\n#\t0x1\tmain.f+0x1\t/main.go:1\n\n"
	for name, c := range map[string]struct {
		profiles []string // of each read
		counts   []int    // of each look, and then the last
		leaks    int
		took     time.Duration
	}{
		"nothing is left":     {[]string{""}, []int{9}, 0, 0},
		"it stays":            {[]string{left, left}, []int{9}, 1, time.Second},
		"it ends":             {[]string{left, ""}, []int{9, 9, 8}, 0, 3 * time.Millisecond},
		"another ends":        {[]string{left, left, left}, []int{9, 8}, 1, time.Second},
		"one ends, one comes": {[]string{left, ""}, []int{9}, 0, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				reads, looks, start := 0, 0, time.Now()
				watched := goroutines{
					count: func() int {
						looks++
						return c.counts[min(looks, len(c.counts))-1]
					},
					profile: func() string {
						reads++
						require.LessOrEqual(t, reads, len(c.profiles))
						return c.profiles[reads-1]
					},
				}
				require.Len(t, watched.stillThere("a", time.Second), c.leaks)
				require.Equal(t, len(c.profiles), reads)
				require.Equal(t, c.took, time.Since(start))
			})
		})
	}
}
