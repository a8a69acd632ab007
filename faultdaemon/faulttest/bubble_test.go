package faulttest

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What stops virtual time is ended by the watchdog, in real time.
func TestWatchdog(t *testing.T) {
	var mu sync.Mutex
	mu.Lock()
	defer mu.Unlock() // the client goes on then, and its bubble ends
	locked := func(context.Context, Dialer) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		return nil, nil
	}
	tr, err := inBubble(t, locked, faultdaemon.Config{}, virtualDeadline, 50*time.Millisecond)
	require.NoError(t, err)
	require.True(t, tr.stalled)
	require.True(t, tr.Hung)
	r := &runner{t: t, client: locked, opts: (*Options)(nil).withDefaults()}
	require.ErrorContains(t, r.wellBehaved(tr), "Options.Real")
	require.ErrorContains(t, r.wellBehaved(tr), "Options.Isolate")
}

// A run that takes long is not one in which time stands still.
func TestWatchdogLeavesASlowRunAlone(t *testing.T) {
	t.Parallel()
	const watchdog = 2 * time.Second // half of it is longer than a busy machine lets a run wait
	var enough atomic.Bool           // of real time
	time.AfterFunc(watchdog+watchdog/4, func() { enough.Store(true) })
	slow := func(_ context.Context, dial Dialer) (any, error) {
		conn, err := dial(context.Background())
		if err != nil {
			return nil, err
		}
		defer func() { _ = conn.Close() }()
		for !enough.Load() {
			if _, err := conn.Write([]byte("ping\n")); err != nil {
				return nil, err
			}
			if _, err := conn.Read(make([]byte, 5)); err != nil {
				return nil, err
			}
			<-time.After(time.Nanosecond)
		}
		return nil, nil
	}
	tr, err := inBubble(t, slow, faultdaemon.Config{}, time.Hour, watchdog)
	require.NoError(t, err)
	require.False(t, tr.stalled)
	require.NoError(t, tr.Err)
}

// A client that reconnects for ever without a pause stops time as well; once
// it is given up, its next dial ends it.
func TestWatchdogEndsAClientThatSpins(t *testing.T) {
	ended := make(chan struct{})
	spins := func(ctx context.Context, dial Dialer) (any, error) {
		defer close(ended)
		for {
			conn, err := dial(ctx)
			if err != nil {
				return nil, err
			}
			_ = conn.Close()
		}
	}
	tr, err := inBubble(t, spins, faultdaemon.Config{}, virtualDeadline, 20*time.Millisecond)
	require.NoError(t, err)
	require.True(t, tr.stalled)
	<-ended
}

// A client that hangs for good and is not released by the daemon's end leaves a
// bubble behind, and nothing else.
func TestABubbleThatCannotEnd(t *testing.T) {
	forever := func(context.Context, Dialer) (any, error) { select {} }
	tr, err := inBubble(t, forever, faultdaemon.Config{}, time.Second, watchdog)
	require.NoError(t, err)
	require.True(t, tr.Hung)
	require.False(t, tr.stalled)
	require.Equal(t, time.Second+virtualGrace, tr.Took())
}

// A client that hangs is released when the daemon stops.
func TestAHungClientIsReleased(t *testing.T) {
	var end error
	patient := func(_ context.Context, dial Dialer) (any, error) {
		conn, err := dial(context.Background())
		if err != nil {
			return nil, err
		}
		_, end = io.ReadAll(conn)
		return nil, errors.Join(end, conn.Close())
	}
	tr, err := inBubble(t, patient, faultdaemon.Config{}, time.Second, watchdog)
	require.NoError(t, err)
	require.True(t, tr.Hung)
	require.NoError(t, end, "a clean EOF")
	require.Empty(t, tr.Leaks)
}
