package kv_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// large is more than the buffers of a connection hold.
var large = make([]byte, 300<<10)

func TestTheTimeoutCoversTheWrite(t *testing.T) {
	against(t, fd.Always(fd.FaultHangOnAccept), func(t *testing.T, c *kv.Client, _ *fd.FaultDaemon) {
		c.Timeout = 3 * time.Second
		start := time.Now()
		err := c.Put(t.Context(), "photo", large)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorContains(t, err, "no reply within 3s")
		assert.Equal(t, 3*time.Second, time.Since(start))
	})
}

// While one call's write is stuck, another waits for its turn no longer than
// its own deadline says.
func TestEveryCallHasItsOwnDeadline(t *testing.T) {
	against(t, fd.Always(fd.FaultHangOnAccept), func(t *testing.T, c *kv.Client, _ *fd.FaultDaemon) {
		start := time.Now()
		stuck := make(chan error)
		go func() { stuck <- c.Put(t.Context(), "photo", large) }()
		synctest.Wait()

		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, c.Put(ctx, "colour", []byte("blue")), context.DeadlineExceeded)
		assert.Equal(t, 100*time.Millisecond, time.Since(start))
		assert.ErrorIs(t, <-stuck, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
	})
}

// A call that is cancelled in the middle of its request takes the connection
// with it: what the daemon would read next is the rest of the request.
func TestARequestThatIsCutOffIsTheLast(t *testing.T) {
	against(t, fd.Always(fd.FaultHangOnAccept), func(t *testing.T, c *kv.Client, _ *fd.FaultDaemon) {
		start := time.Now()
		waiting, stuck := make(chan error), make(chan error)
		go func() { waiting <- c.Delete(t.Context(), "colour") }()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		go func() { stuck <- c.Put(ctx, "photo", large) }()
		synctest.Wait()
		cancel()
		assert.ErrorIs(t, <-stuck, context.Canceled)
		err := <-waiting
		assert.ErrorContains(t, err, `delete "colour": a request was cut off after`)
		assert.NotErrorIs(t, err, context.Canceled, "nobody cancelled this one")
		assert.Zero(t, time.Since(start))
	})
}

// A call that is cancelled before its request is written, or after, leaves the
// connection as it was.
func TestACancelledCallHurtsNoOther(t *testing.T) {
	slow := fd.Always(fd.FaultSlowResponse.With(300 * time.Millisecond))
	against(t, slow, func(t *testing.T, c *kv.Client, d *fd.FaultDaemon) {
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() { gone <- c.Put(ctx, "colour", []byte("blue")) }()
		synctest.Wait()
		cancel()
		assert.ErrorIs(t, <-gone, context.Canceled)
		assert.ErrorIs(t, c.Put(ctx, "colour", []byte("green")), context.Canceled)
		got, err := c.Get(t.Context(), "colour")
		require.NoError(t, err)
		assert.Equal(t, "blue", string(got), "the daemon had this request already")
		assert.Len(t, d.GetCalls(), 2, "and has never had the second")
	})
}
