package faultdaemon_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// Several listeners and Start's own reach one daemon, with one count and one
// Stop.
func TestServeBesideStart(t *testing.T) {
	h := start(t, "unix", faultdaemon.Config{})
	var addresses []string
	for range 3 {
		addresses = append(addresses, serve(t, h.FaultDaemon, listenTCP(t)))
	}
	require.Equal(t, h.SocketPath(), h.Addr().String(), "clients dial Start's listener")
	h.client().exchange("unix\n", "unix\n")
	var conns []net.Conn
	for _, address := range addresses {
		conn, err := net.Dial("tcp", address)
		require.NoError(t, err)
		defer func() { _ = conn.Close() }()
		require.NoError(t, talk(conn, "tcp\n", "tcp\n"))
		conns = append(conns, conn)
	}
	require.EqualValues(t, 4, h.ConnectionCount())
	h.Stop()
	for i, conn := range conns {
		got, end, err := readToEnd(conn)
		require.NoError(t, err)
		require.Empty(t, got)
		require.Equal(t, faultdaemon.EndEOF, end)
		_, err = net.Dial("tcp", addresses[i])
		require.Error(t, err, "the listener is closed")
	}
}

func TestServeAlone(t *testing.T) {
	d := faultdaemon.New(faulttest.TempSocket(t), faultdaemon.Config{})
	address := serve(t, d, listenTCP(t))
	require.NoFileExists(t, d.SocketPath(), "nobody has called Start")
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	require.Equal(t, address, conn.RemoteAddr().String())
	require.NoError(t, talk(conn, "ping\n", "ping\n"))
	require.NoError(t, conn.Close())
	require.NoError(t, d.Start(), "Start may follow")
	require.Equal(t, d.SocketPath(), d.Addr().String())
}

// A Config that cannot be used is Serve's error too, and the listener closed.
func TestServeWithABadConfig(t *testing.T) {
	l := listenTCP(t)
	d := faultdaemon.New("", faultdaemon.Config{Fault: "no_such_fault"})
	require.ErrorContains(t, d.Serve(l), `unknown fault "no_such_fault"`)
	_, err := l.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
	require.Nil(t, d.Addr())
}

// brittle is a listener that fails after its first connections.
type brittle struct {
	net.Listener
	mu    sync.Mutex
	left  int
	close sync.Once
	shut  chan struct{}
}

func (l *brittle) Accept() (net.Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left == 0 {
		return nil, errTest
	}
	l.left--
	return l.Listener.Accept()
}

func (l *brittle) Close() error {
	l.close.Do(func() { close(l.shut) })
	return l.Listener.Close()
}

func TestServeOnAListenerThatFails(t *testing.T) {
	d := faultdaemon.New("", faultdaemon.Config{})
	t.Cleanup(d.Stop)
	l := &brittle{Listener: listenTCP(t), left: 1, shut: make(chan struct{})}
	served := make(chan error, 1)
	go func() { served <- d.Serve(l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	require.ErrorIs(t, <-served, errTest)
	<-l.shut
	require.NoError(t, talk(conn, "ping\n", "ping\n"), "the connections that it accepted live on")
	require.Nil(t, d.Addr(), "nobody listens")
	require.NoError(t, d.Start())
	d.Stop()
	_, end, err := readToEnd(conn)
	require.NoError(t, err)
	require.Equal(t, faultdaemon.EndEOF, end)
}

// listenTLS returns a listener with a certificate of its own, and what a
// client needs to trust it.
func listenTLS(t *testing.T) (net.Listener, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	l := tls.NewListener(listenTCP(t), &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}},
	})
	return l, &tls.Config{RootCAs: roots}
}

func TestServeTLS(t *testing.T) {
	for _, test := range []struct {
		fault faultdaemon.Fault
		got   string
		end   faultdaemon.End
	}{
		{faultdaemon.FaultNone, "ping\n", faultdaemon.EndOpen},
		{faultdaemon.FaultPartialResponse, "pi", faultdaemon.EndEOF},
		{faultdaemon.FaultCloseAfterRead, "", faultdaemon.EndEOF},
		{faultdaemon.FaultHalfClose, "ping\n", faultdaemon.EndEOF},
		{faultdaemon.FaultResetAfterRead, "", faultdaemon.EndReset},
		{faultdaemon.FaultRefuseAfterAccept, "", faultdaemon.EndReset},
		{faultdaemon.FaultHangBeforeResponse, "", faultdaemon.EndOpen},
		{faultdaemon.FaultHangOnAccept, "", faultdaemon.EndOpen},
		{faultdaemon.FaultStopReading, "ping\n", faultdaemon.EndOpen},
		{faultdaemon.FaultCoalescedResponses.With(moment), "ping\n", faultdaemon.EndOpen},
	} {
		t.Run(test.fault.String(), func(t *testing.T) {
			l, trust := listenTLS(t)
			d := faultdaemon.New("", faultdaemon.Config{Fault: test.fault})
			conn, err := tls.Dial("tcp", serve(t, d, l), trust)
			require.NoError(t, err)
			defer func() { _ = conn.Close() }()
			require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
			require.NoError(t, writeAll(conn, "ping\n"))
			if test.end == faultdaemon.EndOpen {
				got := make([]byte, len(test.got))
				require.NoError(t, readFull(conn, got))
				require.Equal(t, test.got, string(got))
				require.NoError(t, conn.SetDeadline(time.Now().Add(moment)))
				test.got = ""
			}
			got, end, err := readToEnd(conn)
			require.NoError(t, err)
			require.Equal(t, test.got, got)
			require.Equal(t, test.end, end)
		})
	}
}

// Stop ends a connection over TLS as cleanly as any other, at once, also one
// whose handshake never came.
func TestStopOverTLS(t *testing.T) {
	l, trust := listenTLS(t)
	h := host{FaultDaemon: faultdaemon.New("", faultdaemon.Config{}), t: t}
	address := serve(t, h.FaultDaemon, l)
	mute, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer func() { _ = mute.Close() }()
	idle, err := tls.Dial("tcp", address, trust)
	require.NoError(t, err)
	defer func() { _ = idle.Close() }()
	require.NoError(t, talk(idle, "ping\n", "ping\n"))
	h.connected(2)
	h.Stop()
	for _, conn := range []net.Conn{mute, idle} {
		got, end, err := readToEnd(conn)
		require.NoError(t, err)
		require.Empty(t, got)
		require.Equal(t, faultdaemon.EndEOF, end)
	}
}
