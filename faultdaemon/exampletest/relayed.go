package exampletest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// RunRelayed is [Run] for faults that act between a client and a real daemon: each
// run is in memory and has a second daemon, healthy, behind the first, which replies.
// Passed of an example is all that reaches it.
func RunRelayed(t *testing.T, cfg faultdaemon.Config, cases []Case) {
	t.Helper()
	run(t, cfg, cases, relaying{})
}

// relaying is a client of a daemon that is in front of another.
type relaying struct{}

func (relaying) accepts(ex faultdaemon.Example) error { return connecting{}.accepts(ex) }

func (relaying) run(t *testing.T, e example) {
	e.relayed = true
	connecting{}.runOn(t, e, relay)
}

func (relaying) failsWithoutFault(t *testing.T, e example) (failed bool) {
	e.cfg.Fault, e.relayed = faultdaemon.FaultNone, true
	synctest.Test(t, func(t *testing.T) {
		failed = e.run(t, relay) != nil
	})
	return failed
}

// startBehind starts a daemon that replies as cfg says, until the test ends, and has
// cfg be that of one in front of it.
func startBehind(t *testing.T, cfg *faultdaemon.Config) (*recorder, error) {
	behind := faultdaemon.New("", faultdaemon.Config{
		Protocol: cfg.Protocol, ResponseHandler: cfg.ResponseHandler, MaxRequestBytes: cfg.MaxRequestBytes,
	})
	if err := behind.Start(); err != nil {
		return nil, err
	}
	t.Cleanup(behind.Stop)
	passed := &recorder{}
	cfg.ResponseHandler = nil
	cfg.Upstream = func(ctx context.Context) (net.Conn, error) {
		conn, err := behind.Dial(ctx)
		return &recorded{conn, passed}, err
	}
	return passed, nil
}

// recorder keeps what is written to an upstream.
type recorder struct {
	mu      sync.Mutex
	written []byte
}

// compare returns an error when other bytes were written than these, and forgets them.
func (r *recorder) compare(want []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.written
	r.written = nil
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s has reached the upstream, want %s", quote(got), quote(want))
	}
	return nil
}

// recorded is a connection to an upstream whose writes are kept.
type recorded struct {
	net.Conn
	by *recorder
}

func (c *recorded) Write(p []byte) (int, error) {
	c.by.mu.Lock()
	c.by.written = append(c.by.written, p...)
	c.by.mu.Unlock()
	return c.Conn.Write(p)
}

// CloseWrite shuts the connection's write side.
func (c *recorded) CloseWrite() error {
	return c.Conn.(interface{ CloseWrite() error }).CloseWrite()
}
