package faultdaemon_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What GetCalls returns is the caller's, and in order.
func TestGetCallsIsADeepCopy(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{}, func(t *testing.T, h host) {
		c := h.client()
		for _, text := range []string{"one\n", "two\n", "three\n"} {
			c.exchange(text, text)
		}
		calls := h.GetCalls()
		for _, call := range calls {
			call.Request[0] = 'X'
			_ = append(call.Request, "over the next one"...)
		}
		calls[0], calls[1] = calls[1], calls[0]
		require.Equal(t, []string{"one\n", "two\n", "three\n"}, h.requests())
	})
}

// Requests of every size lie across the boundaries of chunks and blocks as
// they came.
func TestCallsOfEverySize(t *testing.T) {
	h := start(t, "memory", faultdaemon.Config{ResponseHandler: returns("\n")})
	c := h.client()
	var want []string
	for i := range 6000 { // more than the largest block holds
		size := i * 7 % 600
		if i%500 == 0 {
			size = 1000 * i / 50 // up to 120,000: more than the largest chunk
		}
		want = append(want, strings.Repeat(string(rune('a'+i%26)), size)+"\n")
	}
	for _, request := range want {
		c.exchange(request, "\n")
	}
	require.Equal(t, want, h.requests())
}

func TestWaitForCallsAndConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", faultdaemon.Config{})
		var calls, connections atomic.Bool
		go func() { calls.Store(h.WaitForCalls(t.Context(), 2) == nil) }()
		go func() { connections.Store(h.WaitForConnections(t.Context(), 2) == nil) }()
		require.NoError(t, h.WaitForCalls(t.Context(), 0))
		c := h.client()
		c.exchange("one\n", "one\n")
		synctest.Wait()
		require.False(t, calls.Load() || connections.Load())
		c.exchange("two\n", "two\n")
		synctest.Wait()
		require.True(t, calls.Load())
		require.False(t, connections.Load())
		h.client()
		synctest.Wait()
		require.True(t, connections.Load())
	})
}

func TestWaitsEndWithTheirContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := start(t, "memory", faultdaemon.Config{})
		h.client().exchange("one\n", "one\n")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := h.WaitForCalls(ctx, 3)
		require.EqualError(t, err, "faultdaemon: waited for 3 calls, have 1: context deadline exceeded")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		err = h.WaitForConnections(ctx, 2)
		require.EqualError(t, err, "faultdaemon: waited for 2 connections, have 1: context deadline exceeded")
		require.NoError(t, h.WaitForCalls(ctx, 1), "what is there needs no waiting")

		why, because := context.WithCancelCause(t.Context())
		because(errTest)
		require.ErrorIs(t, h.WaitForCalls(why, 3), errTest)
	})
}

// A SetFault behind a WaitForCalls is too late for the call, and one behind a
// WaitForConnections for the connection.
func TestSetFaultIsForWhatComesNext(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		t.Run(network, func(t *testing.T) {
			h := start(t, network, faultdaemon.Config{})
			for i := range 200 {
				h.SetFault(faultdaemon.FaultNone)
				c := h.client()
				h.connected(i + 1)
				h.SetFault(faultdaemon.FaultCloseImmediately)
				c.send("ping\n")
				h.called(i + 1)
				h.SetFault(faultdaemon.FaultCloseAfterRead)
				c.reads("ping\n")
				require.NoError(t, c.Close())
			}
		})
	}
}

// Everything at once, for the race detector; what clients see stays right.
func TestEverythingAtOnce(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{}, func(t *testing.T, h host) {
		const clients, exchanges = 50, 20
		hammered := make(chan bool)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			defer close(hammered)
			for i := 0; ctx.Err() == nil; i++ {
				switch i % 8 {
				case 0:
					h.SetFault(faultdaemon.FaultChunkedResponse.With("0s"))
				case 1:
					h.SetConfig(faultdaemon.Config{Fault: faultdaemon.FaultSlowResponse.With("1us")})
				case 2:
					cfg := h.Config()
					cfg.Fault = faultdaemon.FaultNone
					cfg.LargeSizeBytes++
					h.SetConfig(cfg)
				case 3:
					_ = h.Events()
				case 4:
					_ = h.GetCalls()
				case 5:
					h.ResetCalls()
				case 6:
					_ = h.ConnectionCount() + int64(len(h.Addr().String()))
				case 7:
					_ = h.WaitForCalls(ctx, 1)
				}
			}
		}()
		err := inParallel(clients, func(client int) error {
			conn, err := h.dial()
			if err != nil {
				return err
			}
			for i := range exchanges {
				text := fmt.Sprintf("%d/%d\n", client, i)
				err = errors.Join(err, talk(conn, text, text))
			}
			return errors.Join(err, conn.Close())
		})
		cancel()
		<-hammered
		require.NoError(t, err)
		require.EqualValues(t, clients, h.ConnectionCount())
	})
}
