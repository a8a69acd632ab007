package faultdaemon_test

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

func explode() { panic("boom 42") }

// Whatever of the user's code panics, its connection ends, all others go on
// and the value and the stack can be read.
func TestPanicEndsItsConnectionOnly(t *testing.T) {
	isBad := func(request []byte) bool { return string(request) == "bad\n" }
	explodeIfBad := func(request []byte) {
		if isBad(request) {
			explode()
		}
	}
	for name, cfg := range map[string]faultdaemon.Config{
		"handler": {ResponseHandler: func(request []byte) []byte {
			explodeIfBad(request)
			return request
		}},
		"respond": {Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
			explodeIfBad(e.Request())
			return e.Request(), nil
		}},
		"matcher": {Fault: faultdaemon.FaultCloseAfterRead, FaultMatcher: func(request []byte) bool {
			explodeIfBad(request)
			return false
		}},
		"handler under a fault": {
			Fault: faultdaemon.FaultSlowResponse.With("1ms"),
			ResponseHandler: func(request []byte) []byte {
				explodeIfBad(request)
				return request
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEveryTransport(t, cfg, func(t *testing.T, h host) {
				bystander, c := h.client(), h.client()
				bystander.exchange("good\n", "good\n")
				c.send("bad\n")
				c.ends("", faultdaemon.EndEOF)
				ev := h.event(faultdaemon.EventPanic)
				require.EqualValues(t, 2, ev.Connection)
				require.Equal(t, 1, ev.Exchange)
				require.Regexp(t, `^boom 42\n`, ev.Detail)
				require.Contains(t, ev.Detail, "faultdaemon_test.explode")
				require.Contains(t, ev.String(), "connection 2, exchange 1: panic: boom 42")
				bystander.exchange("good\n", "good\n")
				h.client().exchange("good\n", "good\n")
			})
		})
	}
}

func TestPanicInHandlerIsARealPanic(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultPanicInHandler}, func(t *testing.T, h host) {
		c := h.client()
		c.send("ping\n")
		c.ends("", faultdaemon.EndEOF)
		ev := h.event(faultdaemon.EventPanic)
		require.Equal(t, faultdaemon.FaultPanicInHandler, ev.Fault)
		require.Contains(t, ev.Detail, "injected by panic_in_handler")
		require.Contains(t, ev.Detail, "runtime/debug.Stack")
		require.Equal(t, []string{"ping\n"}, h.requests())
		h.SetFault(faultdaemon.FaultNone)
		h.client().exchange("ping\n", "ping\n")
	})
}

// FailNow of a test that is called in a handler ends the handler's goroutine.
func TestGoexitInAHandlerEndsItsConnectionOnly(t *testing.T) {
	cfg := faultdaemon.Config{ResponseHandler: func(request []byte) []byte {
		if string(request) == "bad\n" {
			runtime.Goexit()
		}
		return request
	}}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		bystander, c := h.client(), h.client()
		c.send("bad\n")
		c.ends("", faultdaemon.EndEOF)
		require.Contains(t, h.event(faultdaemon.EventPanic).Detail, "Goexit")
		bystander.exchange("good\n", "good\n")
		h.Stop() // and waits for nobody
	})
}

func TestHandlerErrorEndsTheConnection(t *testing.T) {
	cfg := faultdaemon.Config{Respond: func(e *faultdaemon.Exchange) ([]byte, error) {
		if e.Number() == 2 {
			return nil, errTest
		}
		return e.Request(), nil
	}}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("one\n", "one\n")
		c.send("two\n")
		c.ends("", faultdaemon.EndEOF)
		require.Equal(t, "an error of the test", h.event(faultdaemon.EventError).Detail)
		h.client().exchange("three\n", "three\n")
	})
}
