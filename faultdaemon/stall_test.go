package faultdaemon_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// blocks writes until a write blocks and its deadline ends it, and returns how
// many bytes went before.
func (c *client) blocks() int {
	c.t.Helper()
	const enough = 64 << 20 // more than any socket holds
	piece := make([]byte, 1<<20)
	require.NoError(c.t, c.SetWriteDeadline(time.Now().Add(5*moment)))
	for sent := 0; sent < enough; {
		n, err := c.Write(piece)
		sent += n
		if err != nil {
			require.ErrorIs(c.t, err, os.ErrDeadlineExceeded)
			return sent
		}
	}
	require.FailNow(c.t, "no write blocked", "%d bytes went", enough)
	return 0
}

func TestHangOnAcceptReadsNothing(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultHangOnAccept}, func(t *testing.T, h host) {
		c := h.client()
		sent := c.blocks()
		require.NotZero(t, sent)
		if h.network != "tcp" { // what TCP holds is tuned as it goes
			require.LessOrEqual(t, sent, 219264)
		}
		c.isSilent()
		require.Empty(t, h.GetCalls())
	})
}

func TestStopReadingServesAndThenBlocksTheWriter(t *testing.T) {
	cfg := faultdaemon.Config{Fault: faultdaemon.FaultStopReading.With(2)}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("one\n", "one\n")
		c.exchange("two\n", "two\n")
		c.send("three\n")
		c.isSilent()
		c.blocks()
		require.Equal(t, []string{"one\n", "two\n"}, h.requests())
	})
}

func TestHalfCloseStillReads(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultHalfClose}, func(t *testing.T, h host) {
		c := h.client()
		c.send("one\n")
		c.ends("one\n", faultdaemon.EndEOF)
		for _, text := range []string{"two\n", "thr", "ee\nfour\n"} {
			c.send(text)
		}
		h.called(4)
		require.Equal(t, []string{"one\n", "two\n", "three\n", "four\n"}, h.requests())
		require.NoError(t, c.Close())
		h.event(faultdaemon.EventGone)
	})
}

// A hang ends when the client goes away, even with bytes that nobody reads.
func TestHangEndsWithItsClient(t *testing.T) {
	for _, fault := range []faultdaemon.Fault{
		faultdaemon.FaultHangOnAccept, faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultStopReading.With(0),
		faultdaemon.FaultWriteHalfThenHang, faultdaemon.FaultDeadlock, faultdaemon.FaultCutAt.With(1, "hang"),
	} {
		t.Run(fault.Name(), func(t *testing.T) {
			onEveryTransport(t, faultdaemon.Config{Fault: fault}, func(t *testing.T, h host) {
				c := h.client()
				c.send("ping\nand more that nobody reads\n")
				h.event(faultdaemon.EventHung)
				require.NoError(t, c.Close())
				h.event(faultdaemon.EventGone)
			})
		})
	}
}

// A client that only shut its write side is still there. TCP cannot tell it
// from one that left.
func TestHalfClosedClientKeepsItsHang(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		t.Run(network, func(t *testing.T) {
			h := start(t, network, faultdaemon.Config{Fault: faultdaemon.FaultHangBeforeResponse})
			c := h.client()
			c.send("ping\n")
			c.closeWrite()
			h.event(faultdaemon.EventHung)
			c.isSilent()
			require.NoError(t, c.Close())
			h.event(faultdaemon.EventGone)
		})
	}
}

func TestHalfClosedClientGetsItsSlowResponse(t *testing.T) {
	cfg := faultdaemon.Config{Fault: faultdaemon.FaultSlowResponse.With(moment)}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.send("ping\n")
		c.closeWrite()
		c.ends("ping\n", faultdaemon.EndEOF)
	})
}
