package notes_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes"
	"github.com/faultdaemon/toolkit/examples/notes/server"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

var fiveNotes = []string{"a", "b", "c", "d", "e"}

func TestProgressComesBeforeTheReply(t *testing.T) {
	n := newNotes(t)
	// A message of progress has 23 bytes, the last one 24. At 1 ms a byte the
	// first is whole after 22 ms, for its first byte does not wait.
	cfg := with(t, keeping(n), "chunked_response(1ms)")
	against(t, cfg, func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
		start := time.Now()
		var told []int
		var at []time.Duration
		require.NoError(t, c.Import(t.Context(), fiveNotes, func(percent int) {
			told = append(told, percent)
			at = append(at, time.Since(start)/time.Millisecond)
		}))
		assert.Equal(t, []int{20, 40, 60, 80, 100}, told)
		assert.Equal(t, []time.Duration{22, 45, 68, 91, 115}, at)
		assert.Equal(t, fiveNotes, n.List())
	})
}

// An import that stops in the middle is made again, and kept once; progress
// never goes back.
func TestAnImportThatStops(t *testing.T) {
	for _, tt := range []struct {
		plan string
		err  error
		told []int
		took time.Duration
	}{
		{"1*stop_after_messages(2, eof)", nil, []int{20, 40, 60, 80, 100}, 10 * time.Millisecond},
		{"1*stop_after_messages(5, reset)", nil, []int{20, 40, 60, 80, 100}, 10 * time.Millisecond},
		{"stop_after_messages(2, hang)", context.DeadlineExceeded, []int{20, 40}, notes.DefaultTimeout},
	} {
		t.Run(tt.plan, func(t *testing.T) {
			n := newNotes(t)
			against(t, with(t, keeping(n), tt.plan), func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
				start := time.Now()
				var told []int
				err := c.Import(t.Context(), fiveNotes, func(percent int) { told = append(told, percent) })
				assert.ErrorIs(t, err, tt.err)
				assert.Equal(t, tt.told, told)
				assert.Equal(t, tt.took, time.Since(start))
				assert.Equal(t, fiveNotes, n.List())
			})
		})
	}
}

// Progress is no reason to wait for longer.
func TestProgressDoesNotMoveTheDeadline(t *testing.T) {
	n := newNotes(t)
	against(t, with(t, keeping(n), "chunked_response(10ms)"), func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
		start := time.Now()
		var told []int
		err := c.Import(t.Context(), fiveNotes, func(percent int) { told = append(told, percent) })
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, []int{20, 40}, told)
		assert.Equal(t, notes.DefaultTimeout, time.Since(start))
	})
}

func TestProgressThatIsNone(t *testing.T) {
	for name, tt := range map[string]struct{ second, want string }{
		"stands":       {`{"id":1,"progress":20}`, "the progress goes from 20% to 20%"},
		"goes back":    {`{"id":1,"progress":19}`, "the progress goes from 20% to 19%"},
		"beyond all":   {`{"id":1,"progress":101}`, "the progress goes from 20% to 101%"},
		"another's":    {`{"id":2,"progress":40}`, "the reply is to request 2, not to 1"},
		"and the last": {`{"id":1,"progress":40,"ok":true}`, `says neither "ok" nor "progress", or both`},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := replying(`{"id":1,"progress":20}`, tt.second, `{"id":1,"ok":true}`)
			against(t, cfg, func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
				var told []int
				err := c.Import(t.Context(), fiveNotes, func(percent int) { told = append(told, percent) })
				assert.ErrorContains(t, err, tt.want)
				assert.Equal(t, []int{20}, told)
			})
		})
	}
}

func TestAnImportIsKeptWholeOrNotAtAll(t *testing.T) {
	n := new(server.Notes)
	against(t, keeping(n), func(t *testing.T, c *notes.Client, _ *fd.FaultDaemon) {
		c.NewKey = func() string { return "the same" }
		require.NoError(t, c.Import(t.Context(), []string{"a", "b"}, nil))
		err := c.Import(t.Context(), []string{"c", "d"}, nil)
		assert.ErrorContains(t, err, `import: the daemon says: the key "the same" was used for other notes`)
		assert.Equal(t, []string{"a", "b"}, n.List())
	})
}
