package serve

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/control"
	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A parent that does not read holds up neither the daemon nor its end.
func TestALogThatNobodyReadsDoesNotHoldUpTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, w := io.Pipe()
		l, err := openLog("-", w)
		require.NoError(t, err)
		feed := &control.Feed{}
		ctx, end := context.WithCancelCause(t.Context())
		l.follow(feed, end)
		feed.Add(faultdaemon.Event{Kind: faultdaemon.EventStarted})
		feed.Close()
		began := time.Now()
		require.EqualError(t, l.close(), "the last events are not in the log: nobody reads it")
		require.Equal(t, time.Second, time.Since(began))

		require.NoError(t, r.Close()) // so that the copy ends
		synctest.Wait()
		require.ErrorIs(t, context.Cause(ctx), context.Canceled)
	})
}
