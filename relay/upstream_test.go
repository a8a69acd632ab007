package relay_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
	"github.com/faultdaemon/toolkit/relay"
)

const patience = 20 * time.Second

// connect opens a client's connection that gives up after patience.
func connect(t *testing.T, d *faultdaemon.FaultDaemon) net.Conn {
	t.Helper()
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	t.Cleanup(func() { _ = conn.Close() }) // the test may have closed it
	return conn
}

// say sends a request and reads exactly this reply.
func say(t *testing.T, conn net.Conn, request, reply string) {
	t.Helper()
	_, err := io.WriteString(conn, request)
	require.NoError(t, err)
	got := make([]byte, len(reply))
	n, err := io.ReadFull(conn, got)
	require.NoError(t, err, "after %q", got[:n])
	require.Equal(t, reply, string(got))
}

// all sends requests, shuts the write side and returns all that comes back.
func all(t *testing.T, conn net.Conn, requests string) string {
	t.Helper()
	_, err := io.WriteString(conn, requests)
	require.NoError(t, err)
	require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	return string(got)
}

// details returns what the events of a kind say.
func details(d *faultdaemon.FaultDaemon, kind faultdaemon.EventKind) (list []string) {
	for _, ev := range d.Events() {
		if ev.Kind == kind {
			list = append(list, ev.Detail)
		}
	}
	return list
}

// shouts is a real daemon's handler.
func shouts(request []byte) []byte { return bytes.ToUpper(request) }

// inFront starts a real daemon and one in front of it.
func inFront(t *testing.T, real faultdaemon.Config) (front, behind *faultdaemon.FaultDaemon) {
	behind = start(t, real)
	return start(t, faultdaemon.Config{Upstream: behind.Dial}), behind
}

func TestEveryClientHasAConnectionOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		front, behind := inFront(t, faultdaemon.Config{ResponseHandler: shouts})
		one, two := connect(t, front), connect(t, front)
		say(t, one, "a\n", "A\n")
		say(t, two, "b\n", "B\n")
		say(t, one, "c\n", "C\n")
		require.EqualValues(t, 2, behind.ConnectionCount())

		require.NoError(t, one.Close())
		synctest.Wait()
		require.Len(t, details(behind, faultdaemon.EventGone), 1)
		say(t, two, "d\n", "D\n")
		front.Stop()
		synctest.Wait()
		require.Len(t, details(behind, faultdaemon.EventGone), 2)
		require.Empty(t, details(front, faultdaemon.EventError))
	})
}

// ends are the ways in which nobody waits for the upstream any more.
var ends = map[string]func(front *faultdaemon.FaultDaemon, conn net.Conn){
	"client": func(_ *faultdaemon.FaultDaemon, conn net.Conn) { _ = conn.Close() },
	"stop":   func(front *faultdaemon.FaultDaemon, _ net.Conn) { front.Stop() },
}

// While the real daemon is silent, the client may leave and the daemon may stop:
// both end the connection to it at once.
func TestTheEndOfAWait(t *testing.T) {
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				front, behind := inFront(t, faultdaemon.Config{Fault: faultdaemon.FaultHangBeforeResponse})
				conn, began := connect(t, front), time.Now()
				_, err := io.WriteString(conn, "a\n")
				require.NoError(t, err)
				synctest.Wait()
				require.Len(t, details(behind, faultdaemon.EventHung), 1)
				end(front, conn)
				synctest.Wait()
				require.Len(t, details(behind, faultdaemon.EventGone), 1)
				require.Empty(t, details(front, faultdaemon.EventError))
				require.Zero(t, time.Since(began))
			})
		})
	}
}

// Nobody goes on dialling for a client that has left.
func TestTheEndOfADial(t *testing.T) {
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dialled, gaveUp := 0, 0
				front := start(t, faultdaemon.Config{Upstream: func(ctx context.Context) (net.Conn, error) {
					dialled++
					<-ctx.Done()
					gaveUp++
					return nil, ctx.Err()
				}})
				conn := connect(t, front)
				synctest.Wait()
				require.Equal(t, []int{1, 0}, []int{dialled, gaveUp})
				end(front, conn)
				synctest.Wait()
				require.Equal(t, 1, gaveUp)
				require.Empty(t, details(front, faultdaemon.EventError))
			})
		})
	}
}

// A connection that is there when nobody waits for it any more is closed.
func TestADialThatIsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		front := start(t, faultdaemon.Config{Upstream: func(ctx context.Context) (net.Conn, error) {
			<-ctx.Done()
			return near, nil
		}})
		conn := connect(t, front)
		synctest.Wait()
		require.NoError(t, conn.Close())
		_, err := far.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
	})
}

func TestUpstreamsThatFail(t *testing.T) {
	refused := errors.New("nobody is there")
	for name, c := range map[string]struct {
		real   faultdaemon.Config
		dial   error
		got    string
		events []string
	}{
		"dial":    {dial: refused, events: []string{"upstream: nobody is there"}},
		"ends":    {real: faultdaemon.Config{Fault: faultdaemon.FaultCloseAfterRead}},
		"partial": {real: faultdaemon.Config{Fault: faultdaemon.FaultPartialResponse}, got: "pi"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				behind := start(t, c.real)
				front := start(t, faultdaemon.Config{Upstream: func(ctx context.Context) (net.Conn, error) {
					if c.dial != nil {
						return nil, c.dial
					}
					return behind.Dial(ctx)
				}})
				conn := connect(t, front)
				_, _ = io.WriteString(conn, "ping\n") // where nobody is there, it may fail
				got, err := io.ReadAll(conn)
				require.NoError(t, err)
				require.Equal(t, c.got, string(got))
				require.Equal(t, c.events, details(front, faultdaemon.EventError))
			})
		})
	}
}

func TestAPanicOfAnUpstreamIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		front := start(t, faultdaemon.Config{Upstream: func(context.Context) (net.Conn, error) { panic("boom") }})
		_, err := io.ReadAll(connect(t, front))
		require.NoError(t, err)
		require.Len(t, details(front, faultdaemon.EventPanic), 1)
		require.Regexp(t, "^boom\n", details(front, faultdaemon.EventPanic)[0])
	})
}

// notes is Lines with notifications: they begin with a '!'.
type notes struct{ faultdaemon.Protocol }

func (notes) ExpectsReply(request []byte) bool { return request[0] != '!' }

// Where replies come in order, what gets no reply is passed over.
func TestRequestsWithoutReplies(t *testing.T) {
	p := notes{faultdaemon.Lines}
	behind := start(t, faultdaemon.Config{Protocol: p, ResponseHandler: func(request []byte) []byte {
		if !p.ExpectsReply(request) {
			return []byte{}
		}
		return shouts(request)
	}})
	front := start(t, faultdaemon.Config{Protocol: p, Upstream: behind.Dial, Fault: faultdaemon.FaultMultipleResponses})
	require.Equal(t, "A\nA\nB\nB\n", all(t, connect(t, front), "!x\na\n!y\n!z\nb\n"))
	require.Len(t, behind.GetCalls(), 5)
}

// Where a message of the protocol is only a part of what the real daemon takes for a
// request, there is no reply to wait for. When the client has given up, that is said.
func TestRequestsThatAreParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pairs := start(t, faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
			second, err := e.Next(time.Minute)
			if err != nil {
				return nil, err
			}
			return append([]byte("pair "), second.Request()...), nil
		}})
		front := start(t, faultdaemon.Config{Upstream: pairs.Dial, Fault: faultdaemon.FaultSlowResponse})
		conn := connect(t, front)
		_, err := io.WriteString(conn, "GET\nkey\n")
		require.NoError(t, err)
		<-time.After(time.Second)
		require.Empty(t, details(front, faultdaemon.EventError), "the reply may still come")
		require.NoError(t, conn.Close())
		synctest.Wait()
		require.Equal(t, []string{"no reply to these 4 bytes, for which the next request, of 4 bytes, was held back: wrong protocol?"},
			details(front, faultdaemon.EventError))
	})
}

// Faults act on what an upstream replies in every protocol.
func TestFaultsOfEveryProtocol(t *testing.T) {
	for name, p := range map[string]faultdaemon.Protocol{
		"lines": faultdaemon.Lines, "ndjson": ndjson.Lines, "varlink": ndjson.Delimited(0),
		"chrome": lengthprefix.Chrome(), "varint": lengthprefix.Varint{},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := p.Frame([]byte("[1]"))
			require.NoError(t, err)
			reply, err := p.Frame([]byte("[2]"))
			require.NoError(t, err)
			real := start(t, faultdaemon.Config{Protocol: p, ResponseHandler: func([]byte) []byte { return reply }})
			for fault, want := range map[faultdaemon.Fault]string{
				faultdaemon.FaultNone:              string(reply),
				faultdaemon.FaultCutAt.With(2):     string(reply[:2]),
				faultdaemon.FaultMultipleResponses: strings.Repeat(string(reply), 2),
			} {
				front := start(t, faultdaemon.Config{Protocol: p, Upstream: real.Dial, Fault: fault})
				require.Equal(t, want, all(t, connect(t, front), string(request)), fault)
			}
		})
	}
}

// What is passed on as raw bytes is shown once, also where a protocol has only looked at it.
func TestTheTapOfRawBytes(t *testing.T) {
	for name, c := range map[string]struct {
		protocol faultdaemon.Protocol
		sent     string
	}{
		"looked at":             {lengthprefix.Kafka(), "\x00\x00\x00\x01a\xff\xff\xff\xff and more"},
		"looked at, from first": {lengthprefix.Varint{}, "\xff\xff\xff\xff\x07 and more"},
		"read":                  {ndjson.Delimited(0), "\xff\xfe\x00[1]\x00" + strings.Repeat("x", 100)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				behind := start(t, faultdaemon.Config{Protocol: c.protocol, Fault: faultdaemon.FaultHangBeforeResponse})
				var seen bytes.Buffer
				front := start(t, faultdaemon.Config{Protocol: c.protocol, Upstream: behind.Dial, MaxRequestBytes: 64, Tap: func(m faultdaemon.Message) {
					if m.Direction == faultdaemon.ToUpstream {
						seen.Write(m.Data)
					}
				}})
				conn := connect(t, front)
				go func() { _, _ = io.WriteString(conn, c.sent) }() // the daemon behind need not read all
				synctest.Wait()
				front.Stop()
				require.NotEmpty(t, details(front, faultdaemon.EventRaw))
				require.Greater(t, seen.Len(), 8)
				require.True(t, strings.HasPrefix(c.sent, seen.String()), "%.60q", seen.String())
			})
		})
	}
}

func TestUpstreamsOnSockets(t *testing.T) {
	behind := faulttest.Start(t, faultdaemon.Config{ResponseHandler: shouts})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- behind.Serve(l) }()
	defer func() {
		behind.Stop()
		require.NoError(t, <-served)
	}()
	for name, upstream := range map[string]relay.Upstream{
		"unix": relay.Unix(behind.SocketPath()), "tcp": relay.TCP(l.Addr().String()),
	} {
		t.Run(name, func(t *testing.T) {
			front := faulttest.Start(t, faultdaemon.Config{
				Upstream: upstream, Fault: faultdaemon.FaultPartialResponse,
				FaultMatcher: func(request []byte) bool { return request[0] == 'b' },
			})
			require.Equal(t, "A\nBB", all(t, connect(t, front), "a\nbbb\n"))
		})
	}
}
