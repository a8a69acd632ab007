package notes_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// The daemon carries the first add out and its reply is lost; the second one
// is lost with all that it asked for. List is not hurt, nor counted.
func TestAnAddIsRepeatedAndDoneOnce(t *testing.T) {
	n := newNotes(t, "milk")
	cfg := with(t, keeping(n), "type=add:1*cut_at(0, eof)->type=add:1*close_after_read")
	against(t, cfg, func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
		_, err := c.List(t.Context())
		require.NoError(t, err)
		start := time.Now()
		require.NoError(t, c.Add(t.Context(), "eggs"))
		assert.Equal(t, 30*time.Millisecond, time.Since(start))
		got, err := c.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"milk", "eggs"}, got)
		assert.Equal(t, []string{
			`{"id":1,"type":"list"}`,
			`{"id":2,"type":"add","key":"1","text":"eggs"}`,
			`{"id":2,"type":"add","key":"1","text":"eggs"}`,
			`{"id":2,"type":"add","key":"1","text":"eggs"}`,
			`{"id":3,"type":"list"}`,
		}, requests(d))
	})
}

// Without a key nobody could tell whether the add was done.
func TestAnAddWithoutAKeyIsNotRepeated(t *testing.T) {
	n := newNotes(t)
	against(t, with(t, keeping(n), "1*cut_at(0, eof)"), func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
		c.NewKey = func() string { return "" }
		assert.ErrorContains(t, c.Add(t.Context(), "eggs"), "closed the connection without a reply")
		assert.Len(t, d.GetCalls(), 1)
		assert.Equal(t, []string{"eggs"}, n.List())
	})
}

func TestRepetitionsAreBounded(t *testing.T) {
	for plan, want := range map[string]string{
		"2*close_after_read": "",
		"3*close_after_read": "list: the daemon closed the connection without a reply",
	} {
		against(t, with(t, replying(twoNotes), plan), func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
			start := time.Now()
			_, err := c.List(t.Context())
			if want == "" {
				assert.NoError(t, err)
			} else {
				assert.EqualError(t, err, want)
			}
			var at []time.Duration
			for _, call := range d.GetCalls() {
				at = append(at, call.Timestamp.Sub(start))
			}
			assert.Equal(t, []time.Duration{0, 10 * time.Millisecond, 30 * time.Millisecond}, at)
		})
	}
}

// There is no pause that would end after the call's deadline.
func TestRepetitionsEndWithTheDeadline(t *testing.T) {
	for timeout, want := range map[time.Duration]struct {
		took  time.Duration
		calls int
	}{
		31 * time.Millisecond: {30 * time.Millisecond, 3},
		30 * time.Millisecond: {10 * time.Millisecond, 2},
		10 * time.Millisecond: {0, 1},
	} {
		against(t, with(t, replying(twoNotes), "close_after_read"), func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
			c.Timeout = timeout
			start := time.Now()
			_, err := c.List(t.Context())
			assert.EqualError(t, err, "list: the daemon closed the connection without a reply")
			assert.Equal(t, want.took, time.Since(start), "with a timeout of %s", timeout)
			assert.Len(t, d.GetCalls(), want.calls, "with a timeout of %s", timeout)
		})
	}
}

// The deadline is the call's and not that of its last repetition.
func TestARepetitionHasTheTimeThatIsLeft(t *testing.T) {
	cfg := with(t, replying(twoNotes), "1*close_after_read->hang_before_response")
	against(t, cfg, func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
		start := time.Now()
		_, err := c.List(t.Context())
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, notes.DefaultTimeout, time.Since(start))
		assert.Len(t, d.GetCalls(), 2)
	})
}

func TestCancellingEndsAPause(t *testing.T) {
	against(t, with(t, replying(twoNotes), "close_after_read"), func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Millisecond, cancel)
		start := time.Now()
		_, err := c.List(ctx)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 3*time.Millisecond, time.Since(start))
		assert.Len(t, d.GetCalls(), 1)
	})
}

// A fault for one type of request leaves the others alone.
func TestAddFailsWhileListWorks(t *testing.T) {
	n := newNotes(t, "milk")
	cfg := keeping(n)
	cfg.Fault = fd.FaultDeadlock
	cfg.FaultMatcher = ndjson.Member("type", "add")
	against(t, cfg, func(t *testing.T, c *notes.Client, d *fd.FaultDaemon) {
		assert.ErrorIs(t, c.Add(t.Context(), "eggs"), context.DeadlineExceeded)
		got, err := c.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"milk"}, got)
		assert.Equal(t, map[fd.Fault]int{fd.FaultDeadlock: 1}, d.Fired())
	})
}
