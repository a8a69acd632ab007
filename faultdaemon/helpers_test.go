package faultdaemon_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// patience is how long a client waits for what must come, however busy the
// machine is.
const patience = 20 * time.Second

// moment is how long a client listens in real time to what must stay silent.
const moment = 20 * time.Millisecond

// host is a started daemon and the way to it.
type host struct {
	*faultdaemon.FaultDaemon
	t       testing.TB
	network string
	address string // empty in memory
}

// onEveryTransport runs a test against a daemon in memory, on a Unix socket
// and on TCP.
func onEveryTransport(t *testing.T, cfg faultdaemon.Config, test func(*testing.T, host)) {
	t.Helper()
	for _, network := range []string{"memory", "unix", "tcp"} {
		t.Run(network, func(t *testing.T) { test(t, start(t, network, cfg)) })
	}
}

// start starts a daemon that is stopped when the test ends.
func start(t testing.TB, network string, cfg faultdaemon.Config) host {
	t.Helper()
	h := host{t: t, network: network}
	switch network {
	case "tcp":
		h.FaultDaemon = faultdaemon.New("", cfg)
		h.address = serve(t, h.FaultDaemon, listenTCP(t))
		return h
	case "unix":
		h.address = faulttest.TempSocket(t)
	}
	h.FaultDaemon = faultdaemon.New(h.address, cfg)
	require.NoError(t, h.Start())
	t.Cleanup(h.Stop)
	return h
}

func listenTCP(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return l
}

// serve has the daemon serve l until the test ends, and returns l's address.
func serve(t testing.TB, d *faultdaemon.FaultDaemon, l net.Listener) string {
	t.Helper()
	served := make(chan error, 1)
	go func() { served <- d.Serve(l) }()
	eventually(t, func() bool { return d.Addr() != nil })
	t.Cleanup(func() {
		d.Stop()
		require.NoError(t, <-served)
	})
	return l.Addr().String()
}

// dial opens a connection that gives up after patience.
func (h host) dial() (net.Conn, error) {
	var conn net.Conn
	var err error
	if h.address == "" {
		conn, err = h.Dial(context.Background())
	} else {
		conn, err = net.Dial(h.network, h.address)
	}
	if err != nil {
		return nil, err
	}
	return conn, conn.SetDeadline(time.Now().Add(patience))
}

// client opens a connection that is closed when the test ends.
func (h host) client() *client {
	h.t.Helper()
	conn, err := h.dial()
	require.NoError(h.t, err)
	h.t.Cleanup(func() { _ = conn.Close() }) // the test may have closed it
	return &client{conn, h.t}
}

// kinds returns the kinds of a connection's events, in order; 0 stands for
// the daemon's own.
func (h host) kinds(connection int64) []faultdaemon.EventKind {
	var kinds []faultdaemon.EventKind
	for _, ev := range h.Events() {
		if ev.Connection == connection {
			kinds = append(kinds, ev.Kind)
		}
	}
	return kinds
}

// event returns the first event of a kind, once it is there.
func (h host) event(kind faultdaemon.EventKind) (found faultdaemon.Event) {
	h.t.Helper()
	eventually(h.t, func() bool {
		for _, ev := range h.Events() {
			if ev.Kind == kind {
				found = ev
				return true
			}
		}
		return false
	})
	return found
}

// requests returns what the daemon recorded, as text.
func (h host) requests() []string {
	var all []string
	for _, call := range h.GetCalls() {
		all = append(all, string(call.Request))
	}
	return all
}

// called waits for n requests.
func (h host) called(n int) {
	h.t.Helper()
	require.NoError(h.t, h.WaitForCalls(patient(h.t), n))
}

// connected waits for n connections.
func (h host) connected(n int) {
	h.t.Helper()
	require.NoError(h.t, h.WaitForConnections(patient(h.t), n))
}

// inParallel calls f n times at once, and returns what went wrong.
func inParallel(n int, f func(i int) error) error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = f(i) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// patient returns a context that ends after patience.
func patient(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// eventually looks again and again, in real time, until ok.
func eventually(t testing.TB, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, patience, time.Millisecond)
}

// returns is a handler whose R is always this text.
func returns(text string) faultdaemon.ResponseHandler {
	return func([]byte) []byte { return []byte(text) }
}

var errTest = errors.New("an error of the test")

// unmatched are daemons with a fault in force that takes no exchange.
var unmatched = []struct {
	name string
	cfg  faultdaemon.Config
}{
	{"matcher", faultdaemon.Config{
		Fault:        faultdaemon.FaultResetAfterRead,
		FaultMatcher: func([]byte) bool { return false },
	}},
	{"plan", faultdaemon.Config{
		Plan: faultdaemon.When(func([]byte) bool { return false }, faultdaemon.Always(faultdaemon.FaultResetAfterRead)).
			Then(faultdaemon.EveryNth(1<<30, faultdaemon.FaultCloseAfterRead)),
	}},
}
