package faulttest

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// All stacks of the process are read for a run that leaves a goroutine behind,
// once, and for no other.
func TestStacksAreReadForLeaksAlone(t *testing.T) {
	never := func() { <-make(chan struct{}) }
	for name, c := range map[string]struct {
		client client
		reads  int
		leaks  int
	}{
		"returns": {func(context.Context, Dialer) (any, error) { return nil, nil }, 0, 0},
		"is released": {func(_ context.Context, dial Dialer) (any, error) {
			conn, err := dial(context.Background())
			if err != nil {
				return nil, err
			}
			defer func() { _ = conn.Close() }()
			_, err = conn.Read(make([]byte, 1)) // until the daemon stops
			return nil, err
		}, 0, 0},
		"panics": {func(context.Context, Dialer) (any, error) { panic("oops") }, 0, 0},
		"leaks": {func(context.Context, Dialer) (any, error) {
			go never()
			go func() { <-time.After(time.Hour) }()
			return nil, nil
		}, 1, 2},
		"hangs": {func(context.Context, Dialer) (any, error) { never(); return nil, nil }, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			reads := 0
			o, err := runInBubble(t, c.client, faultdaemon.Config{}, time.Second, watchdog, lateness, func() string {
				reads++
				return allStacks()
			})
			require.NoError(t, err)
			require.Equal(t, c.reads, reads)
			require.Len(t, o.Leaks, c.leaks)
		})
	}
}

// The stacks of one bubble are told from those of others, and from those of
// none.
func TestLeftBehind(t *testing.T) {
	const all = `goroutine 8 [running]:
testing.tRunner(0xc000012345)
	/src/testing/testing.go:1 +0x1

goroutine 35 [chan receive (durable), 2 minutes, synctest bubble 7]:
pkg.loop(0xc000012345)
	/src/pkg/t.go:12 +0x1d

goroutine 36 [sleep (durable), synctest bubble 71]:
pkg.other()
	/src/pkg/t.go:20 +0x1d

goroutine 37 [select (durable), synctest bubble 7, locked to thread]:
pkg.a()
	/src/pkg/t.go:30 +0x1d
`
	require.Equal(t, []string{
		"goroutine [chan receive (durable)]:\npkg.loop(...)\n\t/src/pkg/t.go:12",
		"goroutine [select (durable)]:\npkg.a()\n\t/src/pkg/t.go:30",
	}, leftBehind(all, "synctest bubble 7"))

	synctest.Test(t, func(t *testing.T) {
		require.Regexp(t, `^synctest bubble \d+$`, ownBubble())
	})
	require.Empty(t, ownBubble())
}

// 10,000 goroutines that earlier runs left behind cost nothing in virtual time,
// but for a run that leaves one behind as well, and one profile on the real
// clock.
func BenchmarkRunBesideGoroutines(b *testing.B) {
	returns := func(context.Context, Dialer) (any, error) { return nil, nil }
	leaks := func(context.Context, Dialer) (any, error) {
		go func() { <-make(chan struct{}) }()
		return nil, nil
	}
	inMemory := func(c client) func(t *testing.T) {
		return func(t *testing.T) { _, _ = inBubble(t, c, faultdaemon.Config{}, time.Second, watchdog) }
	}
	for _, c := range []struct {
		name string
		run  func(t *testing.T)
	}{
		{"virtual", inMemory(returns)},
		{"leaking", inMemory(leaks)},
		{"real", func(*testing.T) { _, _ = inReal(returns, faultdaemon.Config{}, Options{Deadline: time.Second}) }},
	} {
		for _, n := range []int{0, 10_000} {
			b.Run(c.name+"/"+strconv.Itoa(n), func(b *testing.B) {
				release := make(chan struct{})
				defer close(release)
				for range n {
					go func() { <-release }()
				}
				repeat := func(t *testing.T) { // a bubble needs a test
					for b.Loop() {
						c.run(t)
					}
				}
				all := func(_, _ string) (bool, error) { return true, nil }
				if !testing.RunTests(all, []testing.InternalTest{{Name: "repeat", F: repeat}}) {
					b.Fatal("the test has failed")
				}
			})
		}
	}
}
