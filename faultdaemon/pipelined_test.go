package faultdaemon_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// Requests that came together with the one that is being served when the daemon stops
// or restarts are not served after it: a process that ends reads nothing more.

func TestStopServesNothingThatIsLeft(t *testing.T) {
	handling := make(chan struct{})
	cfg := faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
		handling <- struct{}{}
		<-e.Context().Done()
		return []byte{}, nil // a write would fail
	}}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		h.client().send("one\ntwo\nthree\n")
		<-handling
		h.Stop()
		require.Equal(t, []string{"one\n"}, h.requests())
	})
}

func TestRestartServesNothingThatIsLeft(t *testing.T) {
	cfg := listening(t, listen.FaultOldVersion)
	cfg.Respond = versions
	atEveryPlace(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.send("one\ntwo\nthree\n")
		c.ends("version 0\n", faultdaemon.EndEOF)
		h.Stop()
		require.Equal(t, []string{"one\n"}, h.requests())
	})
}
