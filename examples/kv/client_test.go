package kv_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/examples/kv/kvd"
	"github.com/faultdaemon/toolkit/examples/kv/kvfault"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// against runs a test with a client and the daemon it talks to, in memory and
// in virtual time. The daemon has one key, colour, and it is red.
func against(t *testing.T, plan fd.Plan, test func(t *testing.T, c *kv.Client, d *fd.FaultDaemon)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store := new(kvd.Store)
		store.Answer(kv.Message{Operation: kv.Put, Shard: kv.Shard("colour"), Key: "colour", Value: []byte("red")})
		cfg := answering(store)
		cfg.Plan = plan
		d := fd.New("", cfg)
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		client := kv.NewClient(conn)
		defer client.Close()
		test(t, client, d)
	})
}

// TestFaults says for every kind of fault what becomes of a call, and when.
func TestFaults(t *testing.T) {
	const timeout = time.Second
	for _, tt := range []struct {
		fault fd.Fault
		want  string // part of the error, empty for the answer
		after time.Duration
	}{
		{fd.FaultSlowResponse.With(999 * time.Millisecond), "", 999 * time.Millisecond},
		{fd.FaultChunkedResponse.With(time.Millisecond), "", 39 * time.Millisecond},
		{fd.FaultMultipleResponses, "", 0},
		{fd.FaultHalfClose, "", 0},
		{fd.FaultResponseTooLarge.With(kv.MaxMessage), "", 0},

		{fd.FaultCloseAfterRead, `get "colour": the daemon closed the connection`, 0},
		{fd.FaultPanicInHandler, "the daemon closed the connection", 0},
		{fd.FaultCutAt.With(17, "eof"), "17 of the 18 bytes of a header", 0},
		{fd.FaultCutAt.With(18, "eof"), "0 of the 22 bytes behind a header", 0},
		{fd.FaultCutAt.With(39, "eof"), "21 of the 22 bytes behind a header", 0},
		{fd.FaultResetAfterRead, "connection reset", 0},
		{fd.FaultRefuseAfterAccept, "connection reset", 0},
		{fd.FaultCorruptResponse, "3 bytes are no revision and no key", 0},
		{fd.FaultResponseTooLarge.With(kv.MaxMessage + 1), "message too long: 1048559 bytes and a header", 0},
		{kvfault.FaultChecksumMismatch, "its checksum is", 0},
		{kvfault.FaultVersionFromTheFuture, `it begins with "KV\x02"`, 0},
		{kvfault.FaultValuePastEnd, "a value of 4 bytes in 3", 0},
		{kvfault.FaultWrongShard, "is for shard 14, and shard 15 replies", 0},
		{kvfault.FaultWrongID, "a reply to request 2, and the last one was 1", 0},
		{kvfault.FaultOtherKey, `is about key "colour", and its reply about "colous"`, 0},

		{fd.FaultHangOnAccept, "no reply within 1s", timeout},
		{fd.FaultHangBeforeResponse, "no reply within 1s", timeout},
		{fd.FaultWriteHalfThenHang, "no reply within 1s", timeout},
		{fd.FaultVerySlowResponse, "no reply within 1s", timeout},
		{kvfault.FaultLengthCountsHeader, "no reply within 1s", timeout},
	} {
		t.Run(string(tt.fault), func(t *testing.T) {
			against(t, fd.Always(tt.fault), func(t *testing.T, c *kv.Client, _ *fd.FaultDaemon) {
				start := time.Now()
				got, err := c.Get(t.Context(), "colour")
				assert.Equal(t, tt.after, time.Since(start))
				if tt.want != "" {
					assert.ErrorContains(t, err, tt.want)
					return
				}
				require.NoError(t, err)
				assert.Equal(t, "red", string(got))
			})
		})
	}
}

// Every single bit of a reply is covered by the checksum, or is looked at.
func TestEveryFlippedByteIsNoticed(t *testing.T) {
	for n := range 40 {
		against(t, fd.Always(fd.FaultFlipAt.With(n)), func(t *testing.T, c *kv.Client, _ *fd.FaultDaemon) {
			_, err := c.Get(t.Context(), "colour")
			assert.Error(t, err, "byte %d", n)
		})
	}
}

func TestCallsAtOnceShareTheConnection(t *testing.T) {
	against(t, fd.Always(kvfault.FaultSwappedReplies), func(t *testing.T, c *kv.Client, d *fd.FaultDaemon) {
		values, err := c.GetAll(t.Context(), strings.Fields(strings.Repeat("colour ", 10))...)
		require.NoError(t, err)
		assert.Equal(t, strings.Repeat("red", 10), string(bytes.Join(values, nil)))
		assert.EqualValues(t, 1, d.ConnectionCount())
		assert.Equal(t, map[fd.Fault]int{kvfault.FaultSwappedReplies: 5}, d.Fired())
	})
}

func TestTheEndOfTheConnectionFailsEveryCallAtOnce(t *testing.T) {
	against(t, fd.Always(fd.FaultHangBeforeResponse), func(t *testing.T, c *kv.Client, d *fd.FaultDaemon) {
		start := time.Now()
		errs := make(chan error)
		for range 3 {
			go func() {
				_, err := c.Get(t.Context(), "colour")
				errs <- err
			}()
		}
		synctest.Wait()
		d.Stop()
		for range 3 {
			assert.ErrorContains(t, <-errs, "the daemon closed the connection")
		}
		assert.ErrorContains(t, c.Put(t.Context(), "late", nil), "the daemon closed the connection")
		assert.Zero(t, time.Since(start))
	})
}

func TestCloseFailsTheCallsThatWait(t *testing.T) {
	against(t, fd.Always(fd.FaultHangBeforeResponse), func(t *testing.T, c *kv.Client, _ *fd.FaultDaemon) {
		failed := make(chan error)
		go func() { failed <- c.Delete(t.Context(), "colour") }()
		synctest.Wait()
		require.NoError(t, c.Close())
		assert.ErrorIs(t, <-failed, kv.ErrClosed)
		assert.ErrorIs(t, c.Delete(t.Context(), "colour"), kv.ErrClosed)
		require.NoError(t, c.Close())
	})
}

func TestTheReplyToACallThatWasGivenUp(t *testing.T) {
	late := fd.FirstN(1, fd.FaultSlowResponse.With(1500*time.Millisecond))
	against(t, late, func(t *testing.T, c *kv.Client, _ *fd.FaultDaemon) {
		assert.ErrorIs(t, c.Put(t.Context(), "colour", []byte("blue")), context.DeadlineExceeded)
		got, err := c.Get(t.Context(), "colour")
		require.NoError(t, err)
		assert.Equal(t, "blue", string(got))
	})
}

func TestAStaleReplyIsNoAnswer(t *testing.T) {
	against(t, fd.Always(kvfault.FaultStaleRead), func(t *testing.T, c *kv.Client, _ *fd.FaultDaemon) {
		require.NoError(t, c.Put(t.Context(), "colour", []byte("blue")))
		_, err := c.Get(t.Context(), "colour")
		assert.ErrorIs(t, err, kv.ErrStale)
		assert.NoError(t, c.Delete(t.Context(), "colour"), "the connection is as good as before")
	})
}

func TestAKeyThatIsNotThere(t *testing.T) {
	against(t, nil, func(t *testing.T, c *kv.Client, _ *fd.FaultDaemon) {
		_, err := c.Get(t.Context(), "size")
		assert.ErrorIs(t, err, kv.ErrNoKey)
		assert.ErrorIs(t, c.Delete(t.Context(), "size"), kv.ErrNoKey)
		_, err = c.GetAll(t.Context(), "colour", "size")
		assert.EqualError(t, err, `get "size": no such key`)
	})
}

func TestAKeyThatIsNoneIsNotSent(t *testing.T) {
	against(t, nil, func(t *testing.T, c *kv.Client, d *fd.FaultDaemon) {
		assert.EqualError(t, c.Put(t.Context(), "", nil), `put "": the key is empty`)
		_, err := c.Get(t.Context(), "colour")
		require.NoError(t, err, "the connection is as good as before")
		assert.Len(t, d.GetCalls(), 1)
	})
}

// A daemon that was started again has forgotten what the client has seen, and
// says so.
func TestADaemonThatHasForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before, after := answering(new(kvd.Store)), answering(new(kvd.Store))
		d := fd.New("", fd.Config{Protocol: kvfault.KV{}, Respond: func(e *fd.Exchange) ([]byte, error) {
			if e.Number() == 1 {
				return before.Respond(e)
			}
			return after.Respond(e)
		}})
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		client := kv.NewClient(conn)
		defer client.Close()
		require.NoError(t, client.Put(t.Context(), "colour", []byte("red")))
		_, err = client.Get(t.Context(), "colour")
		var refused *kv.RefusedError
		require.ErrorAs(t, err, &refused)
		assert.EqualError(t, err, `get "colour": the daemon refuses: this is revision 0, and you have seen 1`)
	})
}
