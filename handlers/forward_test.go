package handlers_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/handlers"
)

// kinds returns how many events of a kind there are.
func kinds(d *faultdaemon.FaultDaemon, kind faultdaemon.EventKind) int { return len(details(d, kind)) }

// shouts is a real daemon's handler.
func shouts(request []byte) []byte { return bytes.ToUpper(request) }

// inFront starts a real daemon and one that forwards to it.
func inFront(t *testing.T, real faultdaemon.Config) (front, behind *faultdaemon.FaultDaemon) {
	behind = start(t, real)
	front = start(t, faultdaemon.Config{Respond: handlers.Forward(nil, behind.Dial)})
	return front, behind
}

func TestForwardHasOneConnectionPerClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		front, behind := inFront(t, faultdaemon.Config{ResponseHandler: shouts})
		one, two := dial(t, front), dial(t, front)
		synctest.Wait()
		require.Zero(t, behind.ConnectionCount())
		exchange(t, one, "a\n", "A\n")
		exchange(t, two, "b\n", "B\n")
		exchange(t, one, "c\n", "C\n")
		require.EqualValues(t, 2, behind.ConnectionCount())

		require.NoError(t, one.Close())
		synctest.Wait()
		require.Equal(t, 1, kinds(behind, faultdaemon.EventGone))
		exchange(t, two, "d\n", "D\n")
		front.Stop()
		synctest.Wait()
		require.Equal(t, 2, kinds(behind, faultdaemon.EventGone))
		require.Empty(t, details(front, faultdaemon.EventError))
	})
}

// While the real daemon is silent, the client may leave and the daemon may
// stop: both end the connection to it at once.
func TestForwardEndsWhileItWaits(t *testing.T) {
	silent := faultdaemon.Config{Fault: faultdaemon.FaultHangBeforeResponse}
	for name, end := range map[string]func(front *faultdaemon.FaultDaemon, conn net.Conn){
		"client": func(_ *faultdaemon.FaultDaemon, conn net.Conn) { _ = conn.Close() },
		"stop":   func(front *faultdaemon.FaultDaemon, _ net.Conn) { front.Stop() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				front, behind := inFront(t, silent)
				conn, began := dial(t, front), time.Now()
				_, err := io.WriteString(conn, "a\n")
				require.NoError(t, err)
				synctest.Wait()
				require.Equal(t, 1, kinds(behind, faultdaemon.EventHung))
				end(front, conn)
				synctest.Wait()
				require.Equal(t, 1, kinds(behind, faultdaemon.EventGone))
				require.Empty(t, details(front, faultdaemon.EventError))
				require.Zero(t, time.Since(began))
			})
		})
	}
}

func TestForwardStopsDialling(t *testing.T) {
	for name, end := range map[string]func(front *faultdaemon.FaultDaemon, conn net.Conn){
		"client": func(_ *faultdaemon.FaultDaemon, conn net.Conn) { _ = conn.Close() },
		"stop":   func(front *faultdaemon.FaultDaemon, _ net.Conn) { front.Stop() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dialled, gaveUp := 0, 0
				front := start(t, faultdaemon.Config{Respond: handlers.Forward(nil, func(ctx context.Context) (net.Conn, error) {
					dialled++
					<-ctx.Done()
					gaveUp++
					return nil, ctx.Err()
				})})
				conn := dial(t, front)
				_, err := io.WriteString(conn, "a\n")
				require.NoError(t, err)
				synctest.Wait()
				require.Equal(t, []int{1, 0}, []int{dialled, gaveUp})
				end(front, conn)
				synctest.Wait()
				require.Equal(t, 1, gaveUp)
			})
		})
	}
}

func TestForwardFails(t *testing.T) {
	refused := errors.New("nobody is there")
	for name, c := range map[string]struct {
		real faultdaemon.Config
		dial error
		want string
	}{
		"dial":    {dial: refused, want: "handlers: forward: dial: nobody is there"},
		"ends":    {real: faultdaemon.Config{Fault: faultdaemon.FaultCloseAfterRead}, want: "handlers: forward: the real daemon ended the connection instead of replying"},
		"partial": {real: faultdaemon.Config{Fault: faultdaemon.FaultPartialResponse}, want: "handlers: forward: unexpected EOF: no terminator: wrong protocol?"},
	} {
		t.Run(name, func(t *testing.T) {
			behind := start(t, c.real)
			front := start(t, faultdaemon.Config{Respond: handlers.Forward(nil, func(ctx context.Context) (net.Conn, error) {
				if c.dial != nil {
					return nil, c.dial
				}
				return behind.Dial(ctx)
			})})
			require.Empty(t, all(t, dial(t, front), "ping\n"))
			require.Equal(t, []string{c.want}, details(front, faultdaemon.EventError))
		})
	}
}

func TestForwardKeepsAPanic(t *testing.T) {
	front := start(t, faultdaemon.Config{Respond: handlers.Forward(nil, func(context.Context) (net.Conn, error) { panic("boom") })})
	require.Empty(t, all(t, dial(t, front), "ping\n"))
	require.Len(t, details(front, faultdaemon.EventPanic), 1)
	require.Regexp(t, "^boom\n", details(front, faultdaemon.EventPanic)[0])
}

// notes is Lines with notifications: they begin with a '!'.
type notes struct{ faultdaemon.Protocol }

func (notes) ExpectsReply(request []byte) bool { return request[0] != '!' }

func TestForwardDoesNotWaitForWhatGetsNoReply(t *testing.T) {
	p := notes{faultdaemon.Lines}
	behind := start(t, faultdaemon.Config{Protocol: p, ResponseHandler: func(request []byte) []byte {
		if !p.ExpectsReply(request) {
			return []byte{}
		}
		return shouts(request)
	}})
	front := start(t, faultdaemon.Config{Protocol: p, Respond: handlers.Forward(p, behind.Dial)})
	require.Equal(t, "A\nB\n", all(t, dial(t, front), "!x\na\n!y\n!z\nb\n"))
	require.Len(t, behind.GetCalls(), 5)
}

func TestForwardOverASocket(t *testing.T) {
	behind := faulttest.Start(t, faultdaemon.Config{ResponseHandler: shouts})
	front := faulttest.Start(t, faultdaemon.Config{
		Fault:   faultdaemon.FaultPartialResponse,
		Respond: handlers.Forward(nil, behind.Dial), FaultMatcher: func(request []byte) bool { return request[0] == 'b' },
	})
	require.Equal(t, "A\nBB", all(t, dial(t, front), "a\nbbb\n"))
}
