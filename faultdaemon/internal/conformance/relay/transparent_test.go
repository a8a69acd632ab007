// Package relay tests that a daemon in front of a real one is transparent where
// no fault acts. It is a package that nobody imports, for it needs libraries.
package relay

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

// subject is a protocol, a message of it and a plan whose faults match no such message.
type subject struct {
	protocol faultdaemon.Protocol
	message  func(payload string) string
	idle     string
}

func subjects() map[string]subject {
	call := func(payload string) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"m","params":[%q]}`, payload)
	}
	return map[string]subject{
		"lines":   {faultdaemon.Lines, func(p string) string { return strings.ReplaceAll(p, "\n", "") + "\n" }, "type=none:hang_before_response"},
		"ndjson":  {ndjson.Lines, func(p string) string { return fmt.Sprintf("{\"p\":%q}\n", p) }, "type=none:hang_before_response"},
		"jsonrpc": {jsonrpc.Lines, func(p string) string { return call(p) + "\n" }, "none/such:hang_before_response-><-none/such:hang_before_response"},
		"headers": {jsonrpc.Headers, func(p string) string {
			return fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(call(p)), call(p))
		}, "none/such:hang_before_response-><-none/such:hang_before_response"},
		"values": {jsonrpc.Values, call, "none/such:hang_before_response-><-none/such:hang_before_response"},
		"postgres": {lengthprefix.PostgresConnection(), func(p string) string {
			return string([]byte{'Q', 0, 0, byte((len(p) + 4) >> 8), byte(len(p) + 4)}) + p
		}, "none:hang_before_response-><-none:hang_before_response"},
		"resp": {resp.Protocol{}, func(p string) string { return fmt.Sprintf("*2\r\n$3\r\nSET\r\n$%d\r\n%s\r\n", len(p), p) },
			"none:hang_before_response-><-none:hang_before_response"},
		"lengthprefix": {lengthprefix.Layout{LengthWidth: 2}, func(p string) string { return string([]byte{byte(len(p) >> 8), byte(len(p))}) + p }, ""},
	}
}

// A direction is what one end sends: pieces, and then whether it shuts its write side.
type direction struct {
	pieces []string
	shuts  bool
}

func (d direction) all() string { return strings.Join(d.pieces, "") }

// draw draws a stream of messages, of bytes that are none, or of both, cut anywhere.
func (s subject) draw(t *rapid.T, name string, maxPiece int) direction {
	var stream strings.Builder
	for range rapid.IntRange(0, 5).Draw(t, name+" parts") {
		payload := rapid.OneOf(
			rapid.StringN(0, 40, 60),
			rapid.Map(rapid.IntRange(0, 9000), func(n int) string { return strings.Repeat("x", n) }),
		).Draw(t, name+" payload")
		if rapid.IntRange(0, 5).Draw(t, name+" kind") == 0 {
			stream.WriteString(payload)
		} else {
			stream.WriteString(s.message(payload))
		}
	}
	var d direction
	for rest := stream.String(); rest != ""; {
		n := min(rapid.IntRange(1, maxPiece).Draw(t, name+" piece"), len(rest))
		d.pieces, rest = append(d.pieces, rest[:n]), rest[n:]
	}
	d.shuts = rapid.Bool().Draw(t, name+" shuts")
	return d
}

// Nothing is lost, changed, reordered or held back, in both directions, whatever
// is sent.
func TestNothingIsHeldBack(t *testing.T) {
	for name, s := range subjects() {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				up, down := s.draw(rt, "request", 3000), s.draw(rt, "reply", 3000)
				check(t, rt, faultdaemon.Config{Protocol: s.protocol}, up, down, true)
			})
		})
	}
}

// The same streams come through where faults are in force that match nothing.
func TestNothingIsLostWhereFaultsWait(t *testing.T) {
	for name, s := range subjects() {
		if s.idle == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			plan, err := faultdaemon.ParsePlan(s.idle)
			require.NoError(t, err)
			rapid.Check(t, func(rt *rapid.T) {
				up, down := s.draw(rt, "request", 3000), s.draw(rt, "reply", 3000)
				up.shuts, down.shuts = true, true
				check(t, rt, faultdaemon.Config{Protocol: s.protocol, Plan: plan}, up, down, false)
			})
		})
	}
}

// Tap sees each byte of both directions once, those that are no message too. The others'
// white space between messages belongs to none.
func TestTapSeesEverything(t *testing.T) {
	for _, name := range []string{"lines", "lengthprefix", "postgres", "resp"} {
		s := subjects()[name]
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				up, down := s.draw(rt, "request", 3000), s.draw(rt, "reply", 3000)
				up.shuts, down.shuts = true, true
				seen := make(map[faultdaemon.Direction][]byte)
				var mu sync.Mutex
				tap := func(m faultdaemon.Message) {
					mu.Lock()
					defer mu.Unlock()
					seen[m.Direction] = append(seen[m.Direction], m.Data...)
				}
				check(t, rt, faultdaemon.Config{Protocol: s.protocol, Tap: tap}, up, down, false)
				if got := string(seen[faultdaemon.ToUpstream]); got != up.all() {
					rt.Fatalf("of the client's %q it has seen %q", up.all(), got)
				}
				if got := string(seen[faultdaemon.ToClient]); got != down.all() {
					rt.Fatalf("of the upstream's %q it has seen %q", down.all(), got)
				}
			})
		})
	}
}

// check sends both streams through a relay in a bubble of their own.
func check(t *testing.T, rt *rapid.T, cfg faultdaemon.Config, up, down direction, atOnce bool) {
	var events []faultdaemon.Event
	var err error
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(t, cfg)
		err = compare(p.client.(*memnet.Conn), p.upstream.(*memnet.Conn), up, down, atOnce)
		events = p.daemon.Events()
	})
	if err != nil {
		rt.Fatalf("%v\nup %q\ndown %q\n%v", err, up.pieces, down.pieces, events)
	}
}

// compare sends both streams, piece by piece in turn, and compares what arrives: with
// atOnce, after every piece.
func compare(client, upstream *memnet.Conn, up, down direction, atOnce bool) error {
	defer client.Close()
	defer upstream.Close()
	ways := []way{{client, listen(upstream), up}, {upstream, listen(client), down}}
	for i := range max(len(up.pieces), len(down.pieces)) {
		for n, w := range ways {
			if i >= len(w.sends.pieces) {
				continue
			}
			if _, err := io.WriteString(w.from, w.sends.pieces[i]); err != nil {
				return err
			}
			synctest.Wait()
			if want := strings.Join(w.sends.pieces[:i+1], ""); atOnce && w.to.got.String() != want {
				return fmt.Errorf("way %d, piece %d: there is %q, want %q", n, i, &w.to.got, want)
			}
		}
	}
	for n, w := range ways {
		if !w.sends.shuts {
			continue
		}
		if err := w.from.CloseWrite(); err != nil {
			return err
		}
		synctest.Wait()
		if w.to.end != io.EOF {
			return fmt.Errorf("way %d is shut: the other end reads %v", n, w.to.end)
		}
	}
	synctest.Wait()
	for n, w := range ways {
		if !w.sends.shuts && w.to.end != nil {
			return fmt.Errorf("way %d is open: the other end reads %v", n, w.to.end)
		}
		if got := w.to.got.String(); got != w.sends.all() {
			return fmt.Errorf("way %d: there is %q, want %q", n, got, w.sends.all())
		}
	}
	return nil
}

// way is one direction of a connection.
type way struct {
	from  *memnet.Conn
	to    *listener
	sends direction
}

// A listener keeps what a connection reads. It is looked at when the bubble is idle.
type listener struct {
	got bytes.Buffer
	end error
}

func listen(c net.Conn) *listener {
	l := &listener{}
	go func() {
		if _, l.end = l.got.ReadFrom(c); l.end == nil {
			l.end = io.EOF
		}
	}()
	return l
}
