package langserver_test

import (
	"context"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/langserver"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// under returns the stub under a plan that leaves the handshake alone.
func under(t *testing.T, plan string) fd.Config {
	t.Helper()
	all, err := fd.Join(fd.Builtin(), jsonrpc.Faults)
	require.NoError(t, err)
	cfg := jsonrpc.Headers.Config(todod)
	cfg.FaultMatcher = jsonrpc.AfterHandshake
	cfg.Plan, err = all.ParsePlan(plan)
	require.NoError(t, err)
	return cfg
}

// against runs a test with a client and the stub, in memory and in virtual time.
func against(t *testing.T, plan string, test func(t *testing.T, c *langserver.Client, d *fd.FaultDaemon)) {
	t.Helper()
	cfg := under(t, plan)
	synctest.Test(t, func(t *testing.T) {
		d := fd.New("", cfg)
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		test(t, begin(t, conn), d)
	})
}

// begin begins a session on a connection.
func begin(t *testing.T, conn net.Conn) *langserver.Client {
	t.Helper()
	c, err := langserver.New(t.Context(), conn, langserver.Options{})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// TestPlans says what becomes of two calls at once and one more, and when. The
// faults that are slow have hurt the diagnostics of the document before.
func TestPlans(t *testing.T) {
	for plan, want := range map[string]struct {
		err   string // a part of it; empty for the answers
		after time.Duration
	}{
		"1*jsonrpc_out_of_order(2, 1h)":       {},
		"1*jsonrpc_late_reply(1h)":            {},
		"jsonrpc_duplicate_response":          {},
		"jsonrpc_notification_interleaved(3)": {},
		"jsonrpc_notification_flood(2000)":    {},
		"jsonrpc_server_request_id_collision": {},
		"jsonrpc_reply_to_notification":       {},
		"slow_response(600ms)":                {after: 4 * 600 * time.Millisecond},

		"jsonrpc_unsolicited_response":                    {err: ", which no call has had", after: 20 * time.Millisecond},
		"textDocument/hover:1*jsonrpc_wrong_id":           {err: ", which no call has had"},
		"textDocument/hover:1*jsonrpc_id_null_error":      {err: "the daemon could not read a message: Invalid Request (-32600)"},
		"textDocument/hover:1*jsonrpc_error_not_object":   {err: "its member error: "},
		"textDocument/hover:1*close_after_read":           {err: "the session is over: the daemon closed the connection"},
		"textDocument/hover:1*reset_after_read":           {err: "the session is over: "},
		"textDocument/hover:1*jsonrpc_stall_after_header": {err: "hover: no response within 2s", after: 2 * time.Second},
		"textDocument/hover:1*none->hang_before_response": {err: "no response within 2s", after: 2 * time.Second},
	} {
		t.Run(plan, func(t *testing.T) {
			against(t, plan, func(t *testing.T, c *langserver.Client, _ *fd.FaultDaemon) {
				require.NoError(t, c.Open(t.Context(), uri, catsAndSongs))
				start := time.Now()
				_, err := ask(t.Context(), c)
				if err == nil {
					_, err = c.Hover(t.Context(), uri, 1)
				}
				assert.Equal(t, want.after, time.Since(start))
				if want.err == "" {
					require.NoError(t, err)
				} else {
					assert.ErrorContains(t, err, want.err)
				}
			})
		})
	}
}

func TestTheDaemonsRequestsAreAnswered(t *testing.T) {
	against(t, "textDocument/hover:1*jsonrpc_server_request_id_collision", func(t *testing.T, c *langserver.Client, d *fd.FaultDaemon) {
		text, err := c.Hover(t.Context(), uri, 1)
		require.NoError(t, err)
		assert.Equal(t, "2 of 2: sing", text)
		require.NoError(t, d.WaitForCalls(t.Context(), 4)) // initialize, initialized, hover, the answer
		assert.Contains(t, string(d.GetCalls()[3].Request),
			`{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"there is no method ping"}}`)
	})
}

// The daemon is told, and its late response, which the next call brings about,
// is passed over.
func TestCancelling(t *testing.T) {
	against(t, "textDocument/hover:1*jsonrpc_late_reply(1h)", func(t *testing.T, c *langserver.Client, d *fd.FaultDaemon) {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer cancel()
			_ = d.WaitForCalls(ctx, 3) // initialize, initialized, hover
		}()
		start := time.Now()
		_, err := c.Hover(ctx, uri, 1)
		assert.ErrorIs(t, err, context.Canceled)
		assert.Zero(t, time.Since(start))
		require.NoError(t, d.WaitForCalls(t.Context(), 4))
		assert.Contains(t, string(d.GetCalls()[3].Request), `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2}}`)

		list, err := c.Symbols(t.Context(), uri)
		require.NoError(t, err)
		assert.Len(t, list, 2)
		text, err := c.Hover(t.Context(), uri, 1)
		require.NoError(t, err)
		assert.Equal(t, "2 of 2: sing", text)
		assert.Zero(t, time.Since(start))
	})
}

// A response to a call that is yet to be made belongs to nobody.
func TestAResponseThatComesTooEarly(t *testing.T) {
	against(t, "textDocument/hover:1*jsonrpc_instant_reply", func(t *testing.T, c *langserver.Client, _ *fd.FaultDaemon) {
		text, err := c.Hover(t.Context(), uri, 1)
		require.NoError(t, err)
		assert.Equal(t, "2 of 2: sing", text)
		synctest.Wait()
		_, err = c.Symbols(t.Context(), uri)
		assert.ErrorContains(t, err, "the session is over: a response has the id 3, which no call has had")
	})
}

func TestAllCallsEndWithTheConnection(t *testing.T) {
	against(t, "hang_before_response", func(t *testing.T, c *langserver.Client, d *fd.FaultDaemon) {
		errs := make([]error, 20)
		var asking sync.WaitGroup
		for i := range errs {
			asking.Go(func() { _, errs[i] = c.Hover(t.Context(), uri, i) })
		}
		synctest.Wait()
		start := time.Now()
		d.Stop()
		asking.Wait()
		assert.Zero(t, time.Since(start))
		for _, err := range errs {
			assert.EqualError(t, err, "textDocument/hover: the session is over: the daemon closed the connection")
		}
		_, err := c.Symbols(t.Context(), uri)
		assert.ErrorContains(t, err, "the session is over: the daemon closed the connection", "and so do those that come later")
	})
}

func TestTheTimeoutCoversTheWrite(t *testing.T) {
	against(t, "stop_reading(2)", func(t *testing.T, c *langserver.Client, _ *fd.FaultDaemon) {
		start := time.Now()
		err := c.Open(t.Context(), uri, strings.Repeat("x", 1<<19))
		assert.ErrorContains(t, err, "not written within 2s")
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 2*time.Second, time.Since(start))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = c.Hover(ctx, uri, 1) // waits behind the document
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 3*time.Second, time.Since(start))
		c.Close()
		assert.Equal(t, 3*time.Second, time.Since(start), "a write that is under way does not hold Close up")
	})
}
