package faultdaemon_test

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What functions share is one daemon's from its start to its stop.
func TestShared(t *testing.T) {
	var made atomic.Int64
	respond := func(e *faultdaemon.Exchange) ([]byte, error) {
		counter := faultdaemon.Shared(e.Context(), "counter", func() any {
			made.Add(1)
			return new(atomic.Int64)
		}).(*atomic.Int64)
		return []byte{'0' + byte(counter.Add(1)), '\n'}, nil
	}
	ask := func(d *faultdaemon.FaultDaemon) string {
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		defer conn.Close()
		_, err = conn.Write([]byte("?\n"))
		require.NoError(t, err)
		reply := make([]byte, 2)
		_, err = conn.Read(reply)
		require.NoError(t, err)
		return string(reply[:1])
	}
	cfg := faultdaemon.Config{Respond: respond}
	one, two := faultdaemon.New("", cfg), faultdaemon.New("", cfg)
	for _, d := range []*faultdaemon.FaultDaemon{one, two} {
		require.NoError(t, d.Start())
		t.Cleanup(d.Stop)
	}
	require.Equal(t, "1", ask(one))
	require.Equal(t, "2", ask(one), "on another connection")
	require.Equal(t, "1", ask(two))
	one.Stop()
	require.NoError(t, one.Start())
	require.Equal(t, "1", ask(one))
	require.EqualValues(t, 3, made.Load())
}

func TestSharedNeedsADaemonsContext(t *testing.T) {
	require.PanicsWithValue(t, "faultdaemon: Shared: the context is no daemon's: pass Exchange.Context's or Config.Upstream's", func() {
		faultdaemon.Shared(t.Context(), "key", func() any { return nil })
	})
}

// An upstream's context is the daemon's as well, and why the upstream has ended is
// in the events.
func TestUpstreamThatFails(t *testing.T) {
	d := faultdaemon.New("", faultdaemon.Config{Upstream: func(ctx context.Context) (net.Conn, error) {
		faultdaemon.Shared(ctx, "key", func() any { return nil })
		near, far := net.Pipe()
		go func() { _, _ = far.Read(make([]byte, 100)); _ = far.Close() }()
		return broken{near}, nil
	}})
	require.NoError(t, d.Start())
	t.Cleanup(d.Stop)
	conn, err := d.Dial(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("ping\n"))
	require.NoError(t, err)
	_, err = conn.Read(make([]byte, 10))
	require.Error(t, err)
	var ends []string
	for _, ev := range d.Events() {
		if ev.Kind == faultdaemon.EventUpstreamEnded {
			ends = append(ends, ev.Detail)
		}
	}
	require.Equal(t, []string{"it fell over"}, ends)
}

var errFell = errors.New("it fell over")

// A broken connection fails in the place of EOF.
type broken struct{ net.Conn }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.Conn.Read(p)
	if err != nil {
		err = errFell
	}
	return n, err
}
