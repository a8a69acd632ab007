package faultdaemon_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// answering is an upstream that answers each line, and what is left at the end of the
// stream, and then ends.
func answering(answer func(line string) string) func(context.Context) (net.Conn, error) {
	return func(context.Context) (net.Conn, error) {
		near, far := memnet.Pipe()
		go func() {
			defer far.Close()
			for lines := bufio.NewReader(far); ; {
				line, err := lines.ReadString('\n')
				if _, werr := io.WriteString(far, answer(line)); err != nil || werr != nil {
					return
				}
			}
		}()
		return near, nil
	}
}

// A tapped daemon is in memory and in front of an upstream. Its log has what passed.
type tapped struct {
	host
	mu  sync.Mutex
	log []string
}

// startTapped starts one for the time of a bubble.
func startTapped(t *testing.T, cfg faultdaemon.Config) *tapped {
	tap := new(tapped)
	cfg.Tap = func(m faultdaemon.Message) {
		tap.mu.Lock()
		defer tap.mu.Unlock()
		what := ""
		if m.Raw {
			what = "raw "
		}
		tap.log = append(tap.log, fmt.Sprintf("%s %s%q", m.Direction, what, m.Data))
	}
	tap.host = start(t, "memory", cfg)
	return tap
}

// passed returns what has gone in one direction, once nothing moves any more.
func (tap *tapped) passed(d faultdaemon.Direction) (list []string) {
	synctest.Wait()
	tap.mu.Lock()
	defer tap.mu.Unlock()
	for _, line := range tap.log {
		if strings.HasPrefix(line, string(d)) {
			list = append(list, strings.TrimPrefix(line, string(d)+" "))
		}
	}
	return list
}

// sizes returns the sizes of a connection's events of one kind.
func (h host) sizes(kind faultdaemon.EventKind) (sizes []int) {
	for _, ev := range h.Events() {
		if ev.Kind == kind {
			sizes = append(sizes, ev.Bytes)
		}
	}
	return sizes
}

// Both directions pass on what came, whole messages and what is left at the end, and
// the log has the size of each message.
func TestARelayPassesOnWhatComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tap := startTapped(t, faultdaemon.Config{Upstream: answering(strings.ToUpper)})
		c := tap.client()
		c.exchange("one\n", "ONE\n")
		c.exchange("three\n", "THREE\n")
		c.send("tw")
		c.closeWrite()
		c.ends("TW", faultdaemon.EndEOF)
		require.Equal(t, []string{`"one\n"`, `"three\n"`, `raw "tw"`, `""`}, tap.passed(faultdaemon.ToUpstream))
		require.Equal(t, []string{`"ONE\n"`, `"THREE\n"`, `raw "TW"`, `""`}, tap.passed(faultdaemon.ToClient))
		require.Equal(t, []int{4, 6}, tap.sizes(faultdaemon.EventRead))
		require.Equal(t, []string{"one\n", "three\n"}, tap.requests())
		require.Empty(t, tap.sizes(faultdaemon.EventError), "%v", tap.Events())
		require.Empty(t, tap.sizes(faultdaemon.EventPassed), "no fault has passed anything on")
	})
}

// Where nothing is left at the end, nothing but the end is seen.
func TestARelayPassesOnTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tap := startTapped(t, faultdaemon.Config{Upstream: answering(strings.ToUpper)})
		c := tap.client()
		c.exchange("one\n", "ONE\n")
		c.closeWrite()
		c.ends("", faultdaemon.EndEOF)
		require.Equal(t, []string{`"one\n"`, `""`}, tap.passed(faultdaemon.ToUpstream))
		require.Equal(t, []string{`"ONE\n"`, `""`}, tap.passed(faultdaemon.ToClient))
	})
}

// From a message on that is too long, everything passes as raw bytes, each once.
func TestARelayPassesOnRawBytes(t *testing.T) {
	long := strings.Repeat("x", longest+50) + "\n"
	for name, direction := range map[string]faultdaemon.Direction{
		"from the client": faultdaemon.ToUpstream, "from the upstream": faultdaemon.ToClient,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				first, second := long, long
				if direction == faultdaemon.ToClient {
					first = "long\n"
				} else {
					second = "ok\n"
				}
				tap := startTapped(t, faultdaemon.Config{
					Protocol: dotted{faultdaemon.Lines},
					Upstream: answering(func(line string) string {
						if line == first {
							return second + "and more\n"
						}
						return strings.ToUpper(line)
					}),
				})
				c := tap.client()
				c.exchange("one\n", "ONE\n")
				c.exchange(first, second+"and more\n")
				c.exchange("two\n", "TWO\n")
				c.closeWrite()
				c.ends("", faultdaemon.EndEOF)
				raw := tap.passed(direction)
				raw, end := raw[:len(raw)-1], raw[len(raw)-1]
				require.Equal(t, `""`, end)
				require.Equal(t, strings.ToUpper(`"one\n"`), strings.ToUpper(raw[0]))
				all := ""
				for _, piece := range raw[1:] {
					require.Contains(t, piece, "raw ")
					var text string
					_, err := fmt.Sscanf(piece, "raw %q", &text)
					require.NoError(t, err)
					require.NotEmpty(t, text)
					all += text
				}
				if direction == faultdaemon.ToUpstream {
					require.Equal(t, first+"two\n", all)
				} else {
					require.Equal(t, second+"and more\nTWO\n", all)
				}
				ev := tap.event(faultdaemon.EventRaw)
				require.Contains(t, ev.Detail, name+": message too large")
				require.Equal(t, longest+1, ev.Bytes)
			})
		})
	}
}

// A reply of several messages is R as a whole, where replies come in order.
func TestAReplyOfSeveralMessagesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan, err := faultdaemon.ParsePlan("1*none->multiple_responses")
		require.NoError(t, err)
		h := start(t, "memory", faultdaemon.Config{
			Protocol: dotted{faultdaemon.Lines}, Plan: plan,
			Upstream: answering(func(line string) string { return strings.ToUpper(line) + "more\n.\n" }),
		})
		c := h.client()
		c.exchange("one\n", "ONE\nmore\n.\n")
		c.exchange("two\n", "TWO\nmore\n.\n")
		c.exchange("three\n", "TWO\nmore\n.\nTHREE\nmore\n.\n")
	})
}

// What the protocol passes over before a reply reaches the client, whatever becomes of
// the reply.
func TestWhatComesBeforeAReplyIsPassedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", faultdaemon.Config{
			Protocol: padded{bare{faultdaemon.Lines}}, Fault: faultdaemon.FaultPartialResponse,
			Upstream: answering(func(line string) string { return "   " + line }),
		})
		c := h.client()
		c.send("four\n")
		c.ends("   fo", faultdaemon.EndEOF)
	})
}

// An upstream that takes no more ends the connection, and nothing is said of raw bytes.
func TestAnUpstreamThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", faultdaemon.Config{Upstream: func(context.Context) (net.Conn, error) {
			near, far := memnet.Pipe()
			go func() {
				_, _ = far.Read(make([]byte, 100))
				far.Close()
			}()
			return near, nil
		}})
		c := h.client()
		c.send("one\n")
		c.ends("", faultdaemon.EndEOF)
		_ = writeAll(c, "two\n", "three\n") // the daemon may have closed it
		synctest.Wait()
		require.Empty(t, h.sizes(faultdaemon.EventRaw), "%v", h.Events())
	})
}

// An upstream's context lives as long as the client's connection.
func TestAnUpstreamsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var life context.Context
		h := start(t, "memory", faultdaemon.Config{Upstream: func(ctx context.Context) (net.Conn, error) {
			life = ctx
			return answering(strings.ToUpper)(ctx)
		}})
		c := h.client()
		c.exchange("one\n", "ONE\n")
		require.NoError(t, life.Err())
		require.NoError(t, c.Close())
		synctest.Wait()
		require.ErrorIs(t, life.Err(), context.Canceled)
	})
}
