package notes_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// TestFaults says for every kind of fault what becomes of a call, when, and how
// often the daemon was visited: three times where the connection was lost, at
// 0, 10 and 30 ms.
func TestFaults(t *testing.T) {
	const (
		timeout = notes.DefaultTimeout
		thrice  = 30 * time.Millisecond
	)
	for _, tt := range []struct {
		fault fd.Fault
		want  string // part of the error, empty for the answer
		after time.Duration
		conns int64
	}{
		{fd.FaultSlowResponse.With(499 * time.Millisecond), "", 499 * time.Millisecond, 1},
		{fd.FaultChunkedResponse.With(time.Millisecond), "", 43 * time.Millisecond, 1},
		{fd.FaultMultipleResponses, "", 0, 1},
		{fd.FaultHalfClose, "", 0, 1},

		{fd.FaultCloseImmediately, "list: ", thrice, 3}, // it is the write or the read that meets the end
		{fd.FaultCloseAfterRead, "closed the connection without a reply", thrice, 3},
		{fd.FaultPanicInHandler, "closed the connection without a reply", thrice, 3},
		{fd.FaultPartialResponse, "closed the connection 22 bytes into its reply", thrice, 3},
		{fd.FaultCutAt.With(43, "eof"), "closed the connection 43 bytes into its reply", thrice, 3},
		{fd.FaultCutAt.With(7, "reset"), "connection reset", thrice, 3},
		{fd.FaultRefuseAfterAccept, "connection reset", thrice, 3},
		{fd.FaultResetAfterRead, "connection reset", thrice, 3},

		{fd.FaultCorruptResponse, "not UTF-8", 0, 1},
		{fd.FaultInvalidJSON, "cannot be read", 0, 1},
		{fd.FaultMultilineResponse, "cannot be read", 0, 1},
		{fd.FaultFlipAt.With(2), `is to request 0, not to 1`, 0, 1}, // "id" is "hd"
		{fd.FaultEmbeddedNewlines, "note 1 of the reply", 0, 1},
		{fd.FaultResponseTooLarge, "longer than 1048576 bytes", 0, 1},

		{fd.FaultHangOnAccept, "no reply within 500ms", timeout, 1},
		{fd.FaultHangBeforeResponse, "no reply within 500ms", timeout, 1},
		{fd.FaultDeadlock, "no reply within 500ms", timeout, 1},
		{fd.FaultWriteHalfThenHang, "no reply within 500ms", timeout, 1},
		{fd.FaultResponseWithoutNewline, "no reply within 500ms", timeout, 1},
		{fd.FaultVerySlowResponse, "no reply within 500ms", timeout, 1},
		{fd.FaultSlowAccept, "no reply within 500ms", timeout, 1},
	} {
		t.Run(string(tt.fault), func(t *testing.T) {
			cfg := replying(twoNotes)
			cfg.Fault = tt.fault
			against(t, cfg, func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
				start := time.Now()
				got, err := c.List(t.Context())
				assert.Equal(t, tt.after, time.Since(start))
				assert.Equal(t, tt.conns, d.ConnectionCount())
				if tt.want != "" {
					assert.ErrorContains(t, err, tt.want)
					return
				}
				require.NoError(t, err)
				assert.Equal(t, []string{"milk", "bread"}, got)
			})
		})
	}
}

func TestTheTimeoutCoversTheWrite(t *testing.T) {
	cfg := replying(`{"id":1,"ok":true}`)
	cfg.Fault = fd.FaultHangOnAccept
	against(t, cfg, func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
		c.Timeout = time.Second
		start := time.Now()
		err := c.Add(t.Context(), strings.Repeat("x", 1<<19)) // more than a connection holds that nobody reads
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
	})
}

func TestCancellingEndsACall(t *testing.T) {
	cfg := replying(twoNotes)
	cfg.Fault = fd.FaultHangBeforeResponse
	against(t, cfg, func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer cancel()
			_ = d.WaitForCalls(ctx, 1)
		}()
		start := time.Now()
		_, err := c.List(ctx)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Zero(t, time.Since(start))
	})
}
