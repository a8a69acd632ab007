package faultdaemon_test

import (
	"bufio"
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

func TestContextEndsWithItsConnection(t *testing.T) {
	contexts := make(chan context.Context, 3)
	cfg := faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
		contexts <- e.Context()
		return e.Request(), nil
	}}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		one, two := h.client(), h.client()
		one.exchange("ping\n", "ping\n")
		ctx := <-contexts
		one.exchange("ping\n", "ping\n")
		require.Same(t, ctx, <-contexts)
		two.exchange("ping\n", "ping\n")
		other := <-contexts
		require.NoError(t, ctx.Err())
		require.NoError(t, one.Close())
		<-ctx.Done()
		require.NoError(t, other.Err())
		h.Stop()
		require.ErrorIs(t, other.Err(), context.Canceled)
	})
}

func TestContextEndsWhenTheDaemonStopsUnderAHandler(t *testing.T) {
	asked := make(chan struct{}, 1)
	cfg := faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
		asked <- struct{}{}
		<-e.Context().Done()
		return nil, e.Context().Err()
	}}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.send("ping\n")
		<-asked
		h.Stop()
		c.ends("", faultdaemon.EndEOF)
	})
}

// However a connection ends, what OnEnd was given is called once, the last
// first, before Stop returns.
func TestOnEnd(t *testing.T) {
	for name, do := range map[string]faultdaemon.Step{
		"close": faultdaemon.Close, "reset": faultdaemon.Reset, "panic": faultdaemon.Panic,
		"hang": faultdaemon.Hang, "goes on": func(*faultdaemon.Exchange) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			var called []string
			step := func(e *faultdaemon.Exchange) error {
				e.OnEnd(func() { called = append(called, "first") })
				e.OnEnd(explode)
				e.OnEnd(func() { called = append(called, "last") })
				return do(e)
			}
			known, err := faultdaemon.NewCatalogue(faultdaemon.Info{Name: "ends", Stage: faultdaemon.StageRespond, Do: step})
			require.NoError(t, err)
			h := start(t, "memory", faultdaemon.Config{Fault: "ends", Catalogues: []*faultdaemon.Catalogue{known}})
			c := h.client()
			c.send("ping\n")
			h.event(faultdaemon.EventFault)
			h.Stop()
			require.Equal(t, []string{"last", "first"}, called)
			panics := 1
			if name == "panic" {
				panics++
			}
			require.Equal(t, panics, count(h.kinds(1), faultdaemon.EventPanic))
		})
	}
}

func count(kinds []faultdaemon.EventKind, kind faultdaemon.EventKind) (n int) {
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

// awaits is a Respond that waits for done at its first request.
func awaits(done <-chan struct{}, asked chan<- struct{}) func(*faultdaemon.Exchange) ([]byte, error) {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		asked <- struct{}{}
		if err := e.Await(done); err != nil {
			return nil, err
		}
		return e.Request(), nil
	}
}

func TestAwaitEndsWhenDone(t *testing.T) {
	for _, network := range []string{"memory", "unix", "tcp"} {
		t.Run(network, func(t *testing.T) {
			done, asked := make(chan struct{}), make(chan struct{}, 2)
			h := start(t, network, faultdaemon.Config{Respond: awaits(done, asked)})
			c := h.client()
			c.send("one\ntwo\n")
			<-asked
			c.isSilent()
			c.closeWrite()
			c.isSilent()
			close(done)
			c.ends("one\ntwo\n", faultdaemon.EndEOF)
		})
	}
}

func TestAwaitEndsWithTheClient(t *testing.T) {
	for _, network := range []string{"memory", "unix"} { // TCP: see Await
		t.Run(network, func(t *testing.T) {
			asked := make(chan struct{}, 1)
			h := start(t, network, faultdaemon.Config{Respond: awaits(nil, asked)})
			c := h.client()
			c.send("one\nand more that nobody reads\n")
			<-asked
			require.NoError(t, c.Close())
			h.event(faultdaemon.EventGone)
			require.Zero(t, count(h.kinds(1), faultdaemon.EventError))
		})
	}
}

func TestAwaitEndsWhenTheDaemonStops(t *testing.T) {
	asked := make(chan struct{}, 1)
	onEveryTransport(t, faultdaemon.Config{Respond: awaits(nil, asked)}, func(t *testing.T, h host) {
		c := h.client()
		c.send("one\n")
		<-asked
		h.Stop()
		c.ends("", faultdaemon.EndEOF)
	})
}

// skipping is Lines, but blank lines are passed over.
type skipping struct{ faultdaemon.Protocol }

func (p skipping) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	for {
		line, err := p.Protocol.ReadMessage(r, limit)
		if err != nil || len(bytes.TrimSpace(line)) > 0 {
			return line, err
		}
	}
}

func (skipping) Garbage(_, reply []byte) ([]byte, error) {
	return []byte("<" + string(bytes.TrimSpace(reply)) + ">"), nil
}

// What a protocol passes over in R belongs to the message next to it.
func TestRenderedFindsTheReplyBetweenBlankLines(t *testing.T) {
	cfg := faultdaemon.Config{
		Protocol: skipping{faultdaemon.Lines}, Fault: faultdaemon.FaultCorruptResponse,
		ResponseHandler: returns("\n\n50%\n\npong\n\n"),
	}
	c := start(t, "memory", cfg).client()
	c.exchange("ping\n", "\n\n50%\n<pong>")
}
