package faultdaemon_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// lineOf returns a line of n bytes, newline included.
func lineOf(n int) string { return strings.Repeat("x", n-1) + "\n" }

// The limit counts the terminator. One byte more never reaches the handler,
// and ends its connection with a clean EOF; other connections go on.
func TestMaxRequestBytesIsExact(t *testing.T) {
	for name, test := range map[string]struct{ limit, want int }{
		"default":            {0, 1048576},
		"1":                  {1, 1},
		"16":                 {16, 16},
		"a buffer":           {4096, 4096},
		"a buffer and 1":     {4097, 4097},
		"many buffers and 7": {4096*5 + 7, 4096*5 + 7},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			cfg := faultdaemon.Config{MaxRequestBytes: test.limit, ResponseHandler: func([]byte) []byte {
				asked.Add(1)
				return []byte("ok\n")
			}}
			onEveryTransport(t, cfg, func(t *testing.T, h host) {
				asked.Store(0)
				bystander, c := h.client(), h.client()
				c.exchange(lineOf(test.want), "ok\n")
				_ = writeAll(c, lineOf(test.want+1)) // the daemon may close before it is all written
				c.ends("", faultdaemon.EndEOF)
				ev := h.event(faultdaemon.EventUnfinished)
				require.Equal(t, 1, ev.Exchange, "behind the first one")
				require.Greater(t, ev.Bytes, test.want)
				require.Contains(t, ev.Detail, "message too large: more than ")
				require.EqualValues(t, 1, asked.Load())
				require.Len(t, h.GetCalls(), 1)
				bystander.exchange("\n", "ok\n")
			})
		})
	}
}

// The daemon need not wait for a terminator to see that a request is too
// long.
func TestTooLongRequestWithoutATerminator(t *testing.T) {
	for _, limit := range []int{1, 16, 4096, 10000} {
		onEveryTransport(t, faultdaemon.Config{MaxRequestBytes: limit}, func(t *testing.T, h host) {
			c := h.client()
			c.send(strings.Repeat("x", limit+1))
			c.ends("", faultdaemon.EndEOF)
			require.Equal(t, limit+1, h.event(faultdaemon.EventUnfinished).Bytes)
		})
	}
}

func TestEndInTheMiddleOfARequest(t *testing.T) {
	text := strings.Repeat("x", 41)
	onEveryTransport(t, faultdaemon.Config{}, func(t *testing.T, h host) {
		bystander, c := h.client(), h.client()
		c.send(text)
		c.closeWrite()
		c.ends("", faultdaemon.EndEOF)
		ev := h.event(faultdaemon.EventUnfinished)
		require.Equal(t, 41, ev.Bytes)
		require.Equal(t, "connection 2: request unfinished: 41 bytes: unexpected EOF: no terminator: wrong protocol?", ev.String())
		require.Empty(t, h.GetCalls())
		bystander.exchange("ping\n", "ping\n")
	})
}

// A visit that connects and leaves is no call and nothing unfinished.
func TestVisitsLeaveNoTrace(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{}, func(t *testing.T, h host) {
		const visits = 20
		for i := range visits {
			c := h.client()
			if i%2 == 1 {
				c.exchange("ping\n", "ping\n")
			}
			require.NoError(t, c.Close())
		}
		h.connected(visits)
		for i := range int64(visits) {
			want := []faultdaemon.EventKind{faultdaemon.EventAccepted, faultdaemon.EventGone}
			if i%2 == 1 {
				want = []faultdaemon.EventKind{
					faultdaemon.EventAccepted, faultdaemon.EventRead, faultdaemon.EventReplied, faultdaemon.EventGone,
				}
			}
			eventually(t, func() bool { return len(h.kinds(i+1)) == len(want) })
			require.Equal(t, want, h.kinds(i+1))
		}
		require.Len(t, h.GetCalls(), visits/2)
	})
}

// A client that leaves its reply unread resets the connection: it has gone,
// and there was no request.
func TestVisitThatLeavesItsReplyUnread(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{}, func(t *testing.T, h host) {
		c := h.client()
		c.send("ping\n")
		h.event(faultdaemon.EventReplied)
		require.NoError(t, c.Close())
		h.event(faultdaemon.EventGone)
		require.Equal(t, []faultdaemon.EventKind{
			faultdaemon.EventAccepted, faultdaemon.EventRead, faultdaemon.EventReplied, faultdaemon.EventGone,
		}, h.kinds(1))
	})
}
