package faultdaemon_test

import (
	"errors"
	"io"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What a client's next write reports once the daemon reads no more: a failure
// where the transport says so, and nothing on TCP.
func TestCloseReadSideFailsTheNextWrite(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultCloseReadSide}, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("one\n", "one\n")
		for range 2 {
			_, err := io.WriteString(c, "two\n")
			if h.network == "tcp" {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, syscall.EPIPE)
			}
			c.isSilent()
		}
		require.Equal(t, []string{"one\n"}, h.requests())
		require.NoError(t, c.Close())
		h.event(faultdaemon.EventGone)
		require.Equal(t, 1, count(h.kinds(1), faultdaemon.EventReadClosed))
	})
}

// A request that has arrived by then is not read either, whatever is in force.
func TestCloseReadSideReadsNoMore(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultCloseReadSide}, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("one\ntwo\n", "one\n")
		h.SetFault(faultdaemon.FaultNone)
		c.isSilent()
		require.Equal(t, []string{"one\n"}, h.requests())
		other := h.client()
		other.exchange("three\n", "three\n")
		h.Stop()
		c.ends("", faultdaemon.EndEOF)
	})
}

// closesReadSide makes a daemon whose fault shuts the read side at the client's
// first byte and then does step.
func closesReadSide(t *testing.T, step faultdaemon.Step) faultdaemon.Config {
	t.Helper()
	known, err := faultdaemon.NewCatalogue(faultdaemon.Info{Name: "deaf", Stage: faultdaemon.StageAccept,
		Do: faultdaemon.Steps(faultdaemon.AwaitByte, faultdaemon.CloseRead, step)})
	require.NoError(t, err)
	return faultdaemon.Config{Fault: "deaf", Catalogues: []*faultdaemon.Catalogue{known}}
}

// What is written after it arrives, and what the client writes after that fails.
func TestCloseReadBeforeTheFirstRequest(t *testing.T) {
	onEveryTransport(t, closesReadSide(t, faultdaemon.Send(faultdaemon.Literal("bye\n"))), func(t *testing.T, h host) {
		c := h.client()
		c.exchange("on", "bye\n")
		_, err := io.WriteString(c, "e\n")
		require.Equal(t, h.network != "tcp", errors.Is(err, syscall.EPIPE), "%v", err)
		c.isSilent()
		require.Empty(t, h.requests())
	})
}

// To wait for a request that cannot come is to wait for the client's end.
func TestNextAfterCloseRead(t *testing.T) {
	next := func(e *faultdaemon.Exchange) error {
		_, err := e.Next(0)
		return err
	}
	onEveryTransport(t, closesReadSide(t, next), func(t *testing.T, h host) {
		c := h.client()
		c.send("one\n")
		h.event(faultdaemon.EventReadClosed)
		c.isSilent()
		require.NoError(t, c.Close())
		h.event(faultdaemon.EventGone)
		require.Empty(t, h.requests())
	})
}
