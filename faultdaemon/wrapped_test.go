package faultdaemon_test

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// wrapping is a listener whose connections hide the socket that they are: the
// daemon cannot look into the kernel's buffers.
type wrapping struct{ net.Listener }

type wrapped struct{ net.Conn }

func (l wrapping) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return wrapped{conn}, nil
}

// CloseWrite is what most wrappers pass on.
func (c wrapped) CloseWrite() error { return c.Conn.(interface{ CloseWrite() error }).CloseWrite() }

// onWrappedSockets runs a test over a Unix socket and over TCP, wrapped.
func onWrappedSockets(t *testing.T, cfg faultdaemon.Config, test func(*testing.T, host)) {
	t.Helper()
	for network, address := range map[string]string{"unix": faulttest.TempSocket(t), "tcp": "127.0.0.1:0"} {
		t.Run(network, func(t *testing.T) {
			l, err := net.Listen(network, address)
			require.NoError(t, err)
			h := host{FaultDaemon: faultdaemon.New("", cfg), t: t, network: network}
			h.address = serve(t, h.FaultDaemon, wrapping{l})
			test(t, h)
		})
	}
}

func TestWrappedConnectionIsServed(t *testing.T) {
	onWrappedSockets(t, faultdaemon.Config{}, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("one\n", "one\n")
		c.exchange("two\nthree\n", "two\nthree\n")
		h.SetFault(faultdaemon.FaultSlowResponse.With("1ms"))
		c.exchange("four\n", "four\n")
		h.Stop()
		c.ends("", faultdaemon.EndEOF)
	})
}

func TestWrappedConnectionEndsCleanly(t *testing.T) {
	for fault, got := range map[faultdaemon.Fault]string{
		faultdaemon.FaultCloseImmediately: "",
		faultdaemon.FaultCloseAfterRead:   "",
		faultdaemon.FaultPartialResponse:  "pi",
		faultdaemon.FaultHalfClose:        "ping\n",
	} {
		t.Run(string(fault), func(t *testing.T) {
			onWrappedSockets(t, faultdaemon.Config{Fault: fault}, func(t *testing.T, h host) {
				for range 10 {
					c := h.client()
					_ = writeAll(c, "ping\n", "and more\n") // the daemon may have closed already
					c.ends(got, faultdaemon.EndEOF)
				}
			})
		})
	}
}

// A hang ends with its client and with the daemon; what was read ahead in
// order to see the client go is lost to nobody.
func TestWrappedConnectionHangs(t *testing.T) {
	cfg := faultdaemon.Config{Fault: faultdaemon.FaultHangBeforeResponse}
	onWrappedSockets(t, cfg, func(t *testing.T, h host) {
		leaving, staying := h.client(), h.client()
		leaving.send("ping\nand more\n")
		h.event(faultdaemon.EventHung)
		require.NoError(t, leaving.Close())
		h.event(faultdaemon.EventGone)
		staying.send("ping\n")
		h.called(2)
		staying.isSilent()
		h.Stop()
		staying.ends("", faultdaemon.EndEOF)
	})
}

func TestWrappedConnectionHangsUnderALargeWrite(t *testing.T) {
	onWrappedSockets(t, faultdaemon.Config{Fault: faultdaemon.FaultHangOnAccept}, func(t *testing.T, h host) {
		c := h.client()
		c.blocks()
		h.Stop()
		_, end, err := readToEnd(c)
		require.NoError(t, err)
		require.NotEqual(t, faultdaemon.EndOpen, end)
	})
}

func TestWrappedConnectionCoalesces(t *testing.T) {
	cfg := faultdaemon.Config{Fault: faultdaemon.FaultCoalescedResponses.With(moment)}
	onWrappedSockets(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("one\n", "one\n")               // after the hold
		c.exchange("two\nthree\n", "two\nthree\n") // at once
		c.send("four\n")
		h.called(4)
		c.exchange("five\n", "four\nfive\n")
	})
}

// TCP can be reset below a wrapper that says what it wraps; a wrapper that
// does not ends otherwise.
func TestWrappedConnectionResets(t *testing.T) {
	h := host{FaultDaemon: faultdaemon.New("", faultdaemon.Config{Fault: faultdaemon.FaultResetAfterRead}), t: t, network: "tcp"}
	h.address = serve(t, h.FaultDaemon, telling{wrapping{listenTCP(t)}})
	for range 20 {
		c := h.client()
		c.send("ping\n")
		c.ends("", faultdaemon.EndReset)
	}
}

type telling struct{ net.Listener }

type tellingConn struct{ net.Conn }

func (l telling) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return tellingConn{conn}, nil
}

func (c tellingConn) NetConn() net.Conn { return c.Conn.(wrapped).Conn }

// A pipe has neither buffers nor halves: it is served all the same.
func TestPipesAreServed(t *testing.T) {
	clients := make(chan net.Conn)
	h := host{FaultDaemon: faultdaemon.New("", faultdaemon.Config{}), t: t}
	serve(t, h.FaultDaemon, &pipes{offered: clients, closed: make(chan struct{})})
	near, far := net.Pipe()
	clients <- far
	require.NoError(t, near.SetDeadline(time.Now().Add(patience)))
	require.NoError(t, talk(near, "ping\n", "ping\n"))
	h.SetFault(faultdaemon.FaultHangBeforeResponse)
	require.NoError(t, writeAll(near, "ping\n"))
	h.called(2)
	h.Stop()
	_, end, err := readToEnd(near)
	require.NoError(t, err)
	require.Equal(t, faultdaemon.EndEOF, end)
}

// pipes is a listener of the connections that it is offered.
type pipes struct {
	offered chan net.Conn
	closed  chan struct{}
}

func (l *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-l.offered:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipes) Close() error {
	select {
	case <-l.closed:
		return os.ErrClosed
	default:
		close(l.closed)
		return nil
	}
}

func (l *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "pipe"} }
