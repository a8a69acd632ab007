package notes

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

const twoNotes = `{"id":1,"ok":true,"notes":["milk","bread"]}`

// against runs a test with a client and the daemon it talks to, in memory and
// in virtual time.
func against(t *testing.T, fault fd.Fault, reply string, test func(t *testing.T, c *Client, d *fd.FaultDaemon)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := fd.New("", fd.Config{
			Fault:           fault,
			ResponseHandler: func([]byte) []byte { return []byte(reply + "\n") },
		})
		require.NoError(t, d.Start())
		defer d.Stop()
		test(t, &Client{Dial: d.Dial}, d)
	})
}

func TestListReturnsTheNotesInOrder(t *testing.T) {
	against(t, fd.FaultNone, twoNotes, func(t *testing.T, c *Client, d *fd.FaultDaemon) {
		got, err := c.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{"milk", "bread"}, got)
		require.Len(t, d.GetCalls(), 1)
		assert.Equal(t, `{"id":1,"type":"list"}`+"\n", string(d.GetCalls()[0].Request))
	})
}

func TestAddSendsTheText(t *testing.T) {
	against(t, fd.FaultNone, `{"id":1,"ok":true}`, func(t *testing.T, c *Client, d *fd.FaultDaemon) {
		require.NoError(t, c.Add(t.Context(), "eggs & ham"))
		require.Len(t, d.GetCalls(), 1)
		assert.JSONEq(t, `{"id":1,"type":"add","text":"eggs & ham"}`, string(d.GetCalls()[0].Request))
	})
}

func TestAddRefusesWhatIsNoLineWithoutDialling(t *testing.T) {
	for _, text := range []string{"", "two\nlines", "bell\a"} {
		against(t, fd.FaultNone, `{"id":1,"ok":true}`, func(t *testing.T, c *Client, d *fd.FaultDaemon) {
			assert.ErrorContains(t, c.Add(t.Context(), text), "add: a note ")
			assert.Zero(t, d.ConnectionCount())
		})
	}
}

func TestRepliesThatAreNoAnswer(t *testing.T) {
	for name, tt := range map[string]struct{ reply, want string }{
		"refusal":           {`{"id":1,"ok":false,"error":"the disk is full"}`, "list: the daemon says: the disk is full"},
		"another request's": {`{"id":7,"ok":true,"notes":[]}`, "the reply is to request 7, not to 1"},
		"no id":             {`{"ok":true,"notes":[]}`, "the reply is to request 0, not to 1"},
		"no ok":             {`{"id":1,"notes":[]}`, `does not say "ok"`},
		"no notes":          {`{"id":1,"ok":true}`, `the reply has no "notes"`},
		"null notes":        {`{"id":1,"ok":true,"notes":null}`, `the reply has no "notes"`},
		"unknown member":    {`{"id":1,"ok":true,"nots":[]}`, `unknown field "nots"`},
		"two values":        {`{"id":1,"ok":true,"notes":[]} {}`, "more than one value"},
		"no JSON":           {`pong`, `the reply "pong" cannot be read`},
		"empty line":        {``, "cannot be read: EOF"},
		"invalid UTF-8":     {"{\"id\":1,\"ok\":true,\"notes\":[\"\xff\"]}", "not UTF-8"},
		"control character": {`{"id":1,"ok":true,"notes":["a","b\u001b[2J"]}`, "note 2 of the reply"},
	} {
		t.Run(name, func(t *testing.T) {
			against(t, fd.FaultNone, tt.reply, func(t *testing.T, c *Client, _ *fd.FaultDaemon) {
				got, err := c.List(t.Context())
				assert.ErrorContains(t, err, tt.want)
				assert.Nil(t, got)
			})
		})
	}
}

func TestNoNotesIsAnAnswer(t *testing.T) {
	against(t, fd.FaultNone, `{"id":1,"ok":true,"notes":[]}`, func(t *testing.T, c *Client, _ *fd.FaultDaemon) {
		got, err := c.List(t.Context())
		require.NoError(t, err)
		assert.Empty(t, got)
	})
}

// TestFaults says for every kind of fault what becomes of a call, and when.
func TestFaults(t *testing.T) {
	const timeout = 500 * time.Millisecond
	for _, tt := range []struct {
		fault fd.Fault
		want  string // part of the error, empty for the answer
		after time.Duration
	}{
		{fd.FaultSlowResponse.With(499 * time.Millisecond), "", 499 * time.Millisecond},
		{fd.FaultChunkedResponse.With(time.Millisecond), "", 43 * time.Millisecond},
		{fd.FaultMultipleResponses, "", 0},
		{fd.FaultHalfClose, "", 0},

		{fd.FaultCloseImmediately, "list: ", 0}, // it is the write or the read that meets the end
		{fd.FaultCloseAfterRead, "closed the connection without a reply", 0},
		{fd.FaultPanicInHandler, "closed the connection without a reply", 0},
		{fd.FaultPartialResponse, "closed the connection 22 bytes into its reply", 0},
		{fd.FaultCutAt.With(43, "eof"), "closed the connection 43 bytes into its reply", 0},
		{fd.FaultCutAt.With(7, "reset"), "connection reset", 0},
		{fd.FaultRefuseAfterAccept, "connection reset", 0},
		{fd.FaultResetAfterRead, "connection reset", 0},
		{fd.FaultCorruptResponse, "not UTF-8", 0},
		{fd.FaultInvalidJSON, "cannot be read", 0},
		{fd.FaultMultilineResponse, "cannot be read", 0},
		{fd.FaultFlipAt.With(2), "cannot be read", 0},
		{fd.FaultEmbeddedNewlines, "note 1 of the reply", 0},
		{fd.FaultResponseTooLarge, "longer than 65536 bytes", 0},

		{fd.FaultHangOnAccept, "no reply within 500ms", timeout},
		{fd.FaultHangBeforeResponse, "no reply within 500ms", timeout},
		{fd.FaultDeadlock, "no reply within 500ms", timeout},
		{fd.FaultWriteHalfThenHang, "no reply within 500ms", timeout},
		{fd.FaultResponseWithoutNewline, "no reply within 500ms", timeout},
		{fd.FaultVerySlowResponse, "no reply within 500ms", timeout},
		{fd.FaultSlowAccept, "no reply within 500ms", timeout},
	} {
		t.Run(string(tt.fault), func(t *testing.T) {
			against(t, tt.fault, twoNotes, func(t *testing.T, c *Client, _ *fd.FaultDaemon) {
				start := time.Now()
				got, err := c.List(t.Context())
				assert.Equal(t, tt.after, time.Since(start))
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
	against(t, fd.FaultHangOnAccept, twoNotes, func(t *testing.T, c *Client, _ *fd.FaultDaemon) {
		c.Timeout = time.Second
		start := time.Now()
		err := c.Add(t.Context(), strings.Repeat("x", 1<<20))
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
	})
}

func TestCancellingEndsACall(t *testing.T) {
	against(t, fd.FaultHangBeforeResponse, twoNotes, func(t *testing.T, c *Client, d *fd.FaultDaemon) {
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

func TestAReplyOfTheGreatestLengthIsRead(t *testing.T) {
	head, tail := `{"id":1,"ok":true,"notes":["`, `"]}`
	fill := strings.Repeat("x", MaxReplyBytes-len(head)-len(tail)-1)
	against(t, fd.FaultNone, head+fill+tail, func(t *testing.T, c *Client, _ *fd.FaultDaemon) {
		got, err := c.List(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []string{fill}, got)
	})
	against(t, fd.FaultNone, head+fill+"x"+tail, func(t *testing.T, c *Client, _ *fd.FaultDaemon) {
		_, err := c.List(t.Context())
		assert.ErrorContains(t, err, "longer than 65536 bytes")
	})
}
