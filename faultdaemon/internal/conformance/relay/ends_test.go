package relay

import (
	"bufio"
	"context"
	"io"
	"net"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// A pair is both ends of a relayed connection: the client's and the real daemon's, which
// the test plays.
type pair struct {
	t                *testing.T
	daemon           *faultdaemon.FaultDaemon
	client, upstream net.Conn
	atClient, atUp   *bufio.Reader
}

// inMemory connects a pair in a bubble.
func inMemory(t *testing.T, cfg faultdaemon.Config) *pair {
	t.Helper()
	accepted := make(chan net.Conn, 1)
	cfg.Upstream = func(context.Context) (net.Conn, error) {
		near, far := memnet.Pipe()
		accepted <- far
		return near, nil
	}
	d := faultdaemon.New("", cfg)
	require.NoError(t, d.Start())
	t.Cleanup(d.Stop)
	client, err := d.Dial(t.Context())
	require.NoError(t, err)
	return newPair(t, d, client, <-accepted)
}

// onSockets connects a pair over real sockets.
func onSockets(t *testing.T, network string, cfg faultdaemon.Config) *pair {
	t.Helper()
	return across(t, network, network, cfg)
}

// across connects a pair over real sockets of two kinds.
func across(t *testing.T, clients, upstreams string, cfg faultdaemon.Config) *pair {
	t.Helper()
	listen := func(network, name string) net.Listener {
		address := "127.0.0.1:0"
		if network == "unix" {
			address = filepath.Join(t.TempDir(), name)
		}
		l, err := net.Listen(network, address)
		require.NoError(t, err)
		t.Cleanup(func() { _ = l.Close() })
		return l
	}
	behind := listen(upstreams, "b")
	cfg.Upstream = func(ctx context.Context) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, upstreams, behind.Addr().String())
	}
	d := faultdaemon.New("", cfg)
	front := listen(clients, "f")
	require.NoError(t, d.StartOn(front))
	t.Cleanup(d.Stop)
	client, err := net.Dial(clients, front.Addr().String())
	require.NoError(t, err)
	upstream, err := behind.Accept()
	require.NoError(t, err)
	return newPair(t, d, client, upstream)
}

func newPair(t *testing.T, d *faultdaemon.FaultDaemon, client, upstream net.Conn) *pair {
	for _, c := range []net.Conn{client, upstream} {
		require.NoError(t, c.SetDeadline(time.Now().Add(48*time.Hour)))
		t.Cleanup(func() { _ = c.Close() })
	}
	return &pair{t, d, client, upstream, bufio.NewReader(client), bufio.NewReader(upstream)}
}

func (p *pair) asks(line string) { p.sends(p.client, p.atUp, line) }

func (p *pair) replies(line string) { p.sends(p.upstream, p.atClient, line) }

// sends writes at one end and reads the same at the other.
func (p *pair) sends(from net.Conn, to *bufio.Reader, line string) {
	p.t.Helper()
	p.writes(from, line)
	p.reads(to, line)
}

func (p *pair) writes(to net.Conn, line string) {
	p.t.Helper()
	_, err := io.WriteString(to, line+"\n")
	require.NoError(p.t, err)
}

func (p *pair) reads(from *bufio.Reader, line string) {
	p.t.Helper()
	got, err := from.ReadString('\n')
	require.NoError(p.t, err)
	require.Equal(p.t, line+"\n", got)
}

func (p *pair) ends(from *bufio.Reader, want error) {
	p.t.Helper()
	_, err := from.ReadByte()
	require.ErrorIs(p.t, err, want)
}

// What a client finds of its daemon's end, and a daemon of its client's, is the same as
// without a relay.
func TestEndsPassThrough(t *testing.T) {
	for _, network := range []string{"unix", "tcp"} {
		for name, test := range map[string]func(*pair){
			"the client shuts its write side": func(p *pair) {
				require.NoError(p.t, p.client.(interface{ CloseWrite() error }).CloseWrite())
				p.ends(p.atUp, io.EOF)
				p.replies("late")
				require.NoError(p.t, p.upstream.Close())
				p.ends(p.atClient, io.EOF)
			},
			"the upstream shuts its write side": func(p *pair) {
				require.NoError(p.t, p.upstream.(interface{ CloseWrite() error }).CloseWrite())
				p.ends(p.atClient, io.EOF)
				p.asks("still here")
				require.NoError(p.t, p.client.Close())
				p.ends(p.atUp, io.EOF)
			},
			"the client goes": func(p *pair) {
				require.NoError(p.t, p.client.Close())
				p.ends(p.atUp, io.EOF)
			},
			"the upstream goes": func(p *pair) {
				require.NoError(p.t, p.upstream.Close())
				p.ends(p.atClient, io.EOF)
			},
			"the daemon stops": func(p *pair) {
				p.daemon.Stop()
				p.ends(p.atClient, io.EOF)
				p.ends(p.atUp, io.EOF)
			},
		} {
			t.Run(network+"/"+name, func(t *testing.T) {
				p := onSockets(t, network, faultdaemon.Config{})
				p.asks("ping")
				p.replies("pong")
				test(p)
			})
		}
	}
}

func TestAResetOfTheUpstreamIsTheClients(t *testing.T) {
	p := onSockets(t, "tcp", faultdaemon.Config{})
	p.asks("ping")
	require.NoError(t, p.upstream.(*net.TCPConn).SetLinger(0))
	require.NoError(t, p.upstream.Close())
	p.ends(p.atClient, syscall.ECONNRESET)
}

// A reply that a fault delays is not lost because the upstream closes behind it.
func TestAnUpstreamThatClosesBehindItsReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(t, faultdaemon.Config{Fault: faultdaemon.FaultSlowResponse.With(time.Minute)})
		p.asks("ping")
		p.writes(p.upstream, "pong")
		require.NoError(t, p.upstream.Close())
		began := time.Now()
		p.reads(p.atClient, "pong")
		require.Equal(t, time.Minute, time.Since(began))
		p.ends(p.atClient, io.EOF)
	})
}

const (
	call   = `{"jsonrpc":"2.0","id":1,"method":"work"}`
	answer = `{"jsonrpc":"2.0","id":1,"result":"done"}`
	asks   = `{"jsonrpc":"2.0","id":1,"method":"client/configuration"}`
	tells  = `{"jsonrpc":"2.0","id":1,"result":{}}`
	note   = `{"jsonrpc":"2.0","method":"progress","params":[1]}`
)

// The upstream asks the client before it replies to a request that a fault acts on:
// its question, the client's answer and its notes pass meanwhile.
func TestBothSidesAskWhileAFaultActs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(t, faultdaemon.Config{Protocol: jsonrpc.Lines, Fault: faultdaemon.FaultSlowResponse.With(time.Second)})
		p.asks(call)
		p.replies(note)
		p.replies(asks)
		p.asks(tells)
		p.asks(note)
		p.writes(p.upstream, answer)
		p.writes(p.upstream, note) // while the reply is delayed
		p.reads(p.atClient, note)
		p.reads(p.atClient, answer)
		require.EqualValues(t, 1, p.daemon.Fired()["slow_response(1s)"])
	})
}

// Requests that come while another waits for its reply keep their order.
func TestARequestBehindOneThatIsHurt(t *testing.T) {
	for name, protocol := range map[string]faultdaemon.Protocol{"ids": jsonrpc.Lines, "order": faultdaemon.Lines} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := inMemory(t, faultdaemon.Config{Protocol: protocol, Plan: faultdaemon.FirstN(1, faultdaemon.FaultSlowResponse.With(time.Second))})
				second := `{"jsonrpc":"2.0","id":2,"method":"work"}`
				p.writes(p.client, call)
				p.writes(p.client, second)
				p.reads(p.atUp, call)
				p.writes(p.upstream, answer)
				p.reads(p.atClient, answer)
				p.reads(p.atUp, second)
				p.replies(`{"jsonrpc":"2.0","id":2,"result":"done"}`)
			})
		})
	}
}

// A plan may be about what the upstream sends by itself, and only that.
func TestFaultsOfPushes(t *testing.T) {
	plan := func(text string) faultdaemon.Config {
		p, err := faultdaemon.ParsePlan(text)
		require.NoError(t, err)
		return faultdaemon.Config{Protocol: jsonrpc.Lines, Plan: p}
	}
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(t, plan("<-progress:2*slow_response(1s)"))
		p.asks(call)
		p.replies(answer)
		for i := range 3 {
			began := time.Now()
			p.replies(note)
			require.Equal(t, i < 2, time.Since(began) == time.Second, "note %d after %s", i, time.Since(began))
		}
		p.replies(asks)
	})
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(t, plan("<-partial_response"))
		p.asks(call)
		p.replies(answer)
		p.writes(p.upstream, note)
		got, err := io.ReadAll(p.atClient)
		require.NoError(t, err)
		require.Equal(t, note[:(len(note)+1)/2], string(got))
		p.ends(p.atUp, io.EOF)
	})
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(t, plan("<-write_half_then_hang"))
		p.writes(p.upstream, note)
		p.asks(call)
		p.writes(p.upstream, answer)
		got := make([]byte, len(note)/2)
		_, err := io.ReadFull(p.atClient, got)
		require.NoError(t, err)
		require.NoError(t, p.client.SetReadDeadline(time.Now().Add(time.Hour)))
		_, err = p.atClient.ReadByte()
		require.ErrorContains(t, err, "timeout", "nothing comes behind half a message")
	})
}

// Bytes that are no message have the connection passed on raw: faults stop acting.
func TestRawBytesBehindMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(t, faultdaemon.Config{Protocol: jsonrpc.Headers, Plan: faultdaemon.EveryNth(2, faultdaemon.FaultHangBeforeResponse)})
		p.writes(p.client, "Content-Length: 3\r\n\r\n{}")
		for _, line := range []string{"Content-Length: 3\r", "\r", "{}"} {
			p.reads(p.atUp, line)
		}
		p.asks("garbage")
		p.asks("more")
		p.replies("and back")
		kinds := make(map[faultdaemon.EventKind]int)
		for _, ev := range p.daemon.Events() {
			kinds[ev.Kind]++
		}
		require.Equal(t, 2, kinds[faultdaemon.EventRaw])
		require.Zero(t, kinds[faultdaemon.EventHung])
	})
}

// A client that does not read holds the upstream back, and no memory fills up between.
func TestBackPressurePassesThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := inMemory(t, faultdaemon.Config{})
		require.NoError(t, p.upstream.SetWriteDeadline(time.Now().Add(time.Hour)))
		line := append(make([]byte, 1<<10-1), '\n')
		var sent int
		for {
			n, err := p.upstream.Write(line)
			sent += n
			if err != nil {
				require.ErrorContains(t, err, "timeout")
				break
			}
		}
		require.Less(t, sent, 2*208<<10+64<<10, "the buffers of two connections and a little more")
	})
}

func TestAnUpstreamThatCannotBeReached(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", faultdaemon.Config{Upstream: func(context.Context) (net.Conn, error) {
			return nil, syscall.ECONNREFUSED
		}})
		require.NoError(t, d.Start())
		defer d.Stop()
		c, err := d.Dial(t.Context())
		require.NoError(t, err)
		_, err = c.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		synctest.Wait()
		require.Condition(t, func() bool {
			for _, ev := range d.Events() {
				if ev.Kind == faultdaemon.EventError && ev.Detail == "upstream: connection refused" {
					return true
				}
			}
			return false
		}, "%v", d.Events())
	})
}
