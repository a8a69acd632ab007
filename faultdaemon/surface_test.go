package faultdaemon_test

import (
	"bufio"
	"context"
	"math/rand/v2"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The surface that programs are written against: every name with its exact
// type. A change that breaks them does not compile here.
var (
	_ func(string, faultdaemon.Config) *faultdaemon.FaultDaemon         = faultdaemon.New
	_ func(*faultdaemon.FaultDaemon) error                              = (*faultdaemon.FaultDaemon).Start
	_ func(*faultdaemon.FaultDaemon)                                    = (*faultdaemon.FaultDaemon).Stop
	_ func(*faultdaemon.FaultDaemon, faultdaemon.Fault)                 = (*faultdaemon.FaultDaemon).SetFault
	_ func(*faultdaemon.FaultDaemon, faultdaemon.Config)                = (*faultdaemon.FaultDaemon).SetConfig
	_ func(*faultdaemon.FaultDaemon) int64                              = (*faultdaemon.FaultDaemon).ConnectionCount
	_ func(*faultdaemon.FaultDaemon) []faultdaemon.RPCCall              = (*faultdaemon.FaultDaemon).GetCalls
	_ func(*faultdaemon.FaultDaemon)                                    = (*faultdaemon.FaultDaemon).ResetCalls
	_ func(*faultdaemon.FaultDaemon) string                             = (*faultdaemon.FaultDaemon).SocketPath
	_ func(*faultdaemon.FaultDaemon, net.Listener) error                = (*faultdaemon.FaultDaemon).Serve
	_ func(string) (net.Listener, error)                                = faultdaemon.ListenUnix
	_ func(*faultdaemon.FaultDaemon, context.Context) (net.Conn, error) = (*faultdaemon.FaultDaemon).Dial
	_ func(*faultdaemon.FaultDaemon) net.Addr                           = (*faultdaemon.FaultDaemon).Addr
	_ func(*faultdaemon.FaultDaemon) faultdaemon.Config                 = (*faultdaemon.FaultDaemon).Config
	_ func(*faultdaemon.FaultDaemon) []faultdaemon.Event                = (*faultdaemon.FaultDaemon).Events
	_ func(*faultdaemon.FaultDaemon, context.Context, int) error        = (*faultdaemon.FaultDaemon).WaitForCalls
	_ func(*faultdaemon.FaultDaemon, context.Context, int) error        = (*faultdaemon.FaultDaemon).WaitForConnections

	_ func(faultdaemon.Fault, ...any) faultdaemon.Fault = faultdaemon.Fault.With
	_ func(faultdaemon.Fault) string                    = faultdaemon.Fault.Name
	_ func(faultdaemon.Fault) []string                  = faultdaemon.Fault.Args
	_ func(faultdaemon.Fault) string                    = faultdaemon.Fault.String

	_ func(string) (faultdaemon.Fault, error)                                  = faultdaemon.ParseFault
	_ func() *faultdaemon.Catalogue                                            = faultdaemon.Builtin
	_ func(...*faultdaemon.Catalogue) (*faultdaemon.Catalogue, error)          = faultdaemon.Join
	_ func(*faultdaemon.Catalogue) []faultdaemon.Info                          = (*faultdaemon.Catalogue).All
	_ func(*faultdaemon.Catalogue, faultdaemon.Fault) (faultdaemon.Info, bool) = (*faultdaemon.Catalogue).Lookup
	_ func(*faultdaemon.Catalogue, string) (faultdaemon.Fault, error)          = (*faultdaemon.Catalogue).Parse

	_ func([]byte) []byte = faultdaemon.ResponseHandler(nil)
	_ func([]byte) bool   = faultdaemon.FaultMatcher(nil)
	_                     = faultdaemon.RPCCall{Request: []byte(nil), Timestamp: time.Time{}}
	_                     = faultdaemon.Config{
		Fault:             faultdaemon.Fault(""),
		SlowResponseDelay: time.Duration(0),
		DropEveryN:        int(0),
		ResponseHandler:   faultdaemon.ResponseHandler(nil),
		FaultMatcher:      faultdaemon.FaultMatcher(nil),
		LargeSizeBytes:    int(0),
		Protocol:          faultdaemon.Protocol(nil),
		Catalogues:        []*faultdaemon.Catalogue(nil),
		MaxRequestBytes:   int(0),
		CloseAfterReply:   bool(false),
		Respond:           (func(*faultdaemon.Exchange) ([]byte, error))(nil),
	}
)

// What a step has to work with.
var (
	_ func(*faultdaemon.Exchange) []byte                                        = (*faultdaemon.Exchange).Request
	_ func(*faultdaemon.Exchange) ([]byte, error)                               = (*faultdaemon.Exchange).Response
	_ func(*faultdaemon.Exchange, []byte) (int, error)                          = (*faultdaemon.Exchange).Write
	_ func(*faultdaemon.Exchange, time.Duration) error                          = (*faultdaemon.Exchange).Wait
	_ func(*faultdaemon.Exchange) error                                         = (*faultdaemon.Exchange).Hang
	_ func(*faultdaemon.Exchange) error                                         = (*faultdaemon.Exchange).Close
	_ func(*faultdaemon.Exchange) error                                         = (*faultdaemon.Exchange).CloseWrite
	_ func(*faultdaemon.Exchange) error                                         = (*faultdaemon.Exchange).CloseRead
	_ func(*faultdaemon.Exchange) error                                         = (*faultdaemon.Exchange).Reset
	_ func(*faultdaemon.Exchange, time.Duration) (*faultdaemon.Exchange, error) = (*faultdaemon.Exchange).Next
	_ func(*faultdaemon.Exchange) faultdaemon.Protocol                          = (*faultdaemon.Exchange).Protocol
	_ func(*faultdaemon.Exchange, string) faultdaemon.Value                     = (*faultdaemon.Exchange).Arg
	_ func(*faultdaemon.Exchange) *rand.Rand                                    = (*faultdaemon.Exchange).Rand
	_ func(*faultdaemon.Exchange) int64                                         = (*faultdaemon.Exchange).Connection
	_ func(*faultdaemon.Exchange) int                                           = (*faultdaemon.Exchange).Number
	_ func(*faultdaemon.Exchange) context.Context                               = (*faultdaemon.Exchange).Context
	_ func(*bufio.Reader, byte, int) ([]byte, error)                            = faultdaemon.ReadDelimited
)

// The values of the constants are what people write in scripts and files:
// they are never renamed.
func TestNamesNeverChange(t *testing.T) {
	for constant, value := range map[faultdaemon.Fault]string{
		faultdaemon.FaultNone:                   "",
		faultdaemon.FaultHangOnAccept:           "hang_on_accept",
		faultdaemon.FaultHangBeforeResponse:     "hang_before_response",
		faultdaemon.FaultSlowResponse:           "slow_response",
		faultdaemon.FaultCorruptResponse:        "corrupt_response",
		faultdaemon.FaultPartialResponse:        "partial_response",
		faultdaemon.FaultCloseImmediately:       "close_immediately",
		faultdaemon.FaultCloseAfterRead:         "close_after_read",
		faultdaemon.FaultDropConnection:         "drop_connection",
		faultdaemon.FaultPanicInHandler:         "panic_in_handler",
		faultdaemon.FaultDeadlock:               "deadlock",
		faultdaemon.FaultMultipleResponses:      "multiple_responses",
		faultdaemon.FaultResponseWithoutNewline: "response_without_newline",
		faultdaemon.FaultChunkedResponse:        "chunked_response",
		faultdaemon.FaultSlowAccept:             "slow_accept",
		faultdaemon.FaultRefuseAfterAccept:      "refuse_after_accept",
		faultdaemon.FaultVerySlowResponse:       "very_slow_response",
		faultdaemon.FaultResponseTooLarge:       "response_too_large",
		faultdaemon.FaultInvalidJSON:            "invalid_json",
		faultdaemon.FaultEmbeddedNewlines:       "embedded_newlines",
		faultdaemon.FaultWriteHalfThenHang:      "write_half_then_hang",

		faultdaemon.FaultMultilineResponse:  "multiline_response",
		faultdaemon.FaultResetAfterRead:     "reset_after_read",
		faultdaemon.FaultHalfClose:          "half_close",
		faultdaemon.FaultCoalescedResponses: "coalesced_responses",
		faultdaemon.FaultCutAt:              "cut_at",
		faultdaemon.FaultFlipAt:             "flip_at",
		faultdaemon.FaultStopReading:        "stop_reading",
		faultdaemon.FaultStopAfterMessages:  "stop_after_messages",
	} {
		require.Equal(t, value, string(constant))
		if constant != faultdaemon.FaultNone {
			_, found := faultdaemon.Builtin().Lookup(constant)
			require.True(t, found, "%s is in the catalogue", constant)
		}
	}
}

// A program as it has always been written: positional nothing, a string for a
// fault, the calls compared.
func TestProgramOfTheFirstDay(t *testing.T) {
	h := start(t, "unix", faultdaemon.Config{
		Fault: "close_after_read",
		FaultMatcher: func(request []byte) bool {
			return string(request) == `{"method":"bad"}`+"\n"
		},
		ResponseHandler: func(request []byte) []byte { return []byte(`{"ok":true}` + "\n") },
	})
	c := h.client()
	before := time.Now()
	c.exchange(`{"method":"good"}`+"\n", `{"ok":true}`+"\n")
	c.send(`{"method":"bad"}` + "\n")
	c.ends("", faultdaemon.EndEOF)
	calls := h.GetCalls()
	require.Len(t, calls, 2)
	require.Equal(t, []byte(`{"method":"good"}`+"\n"), calls[0].Request)
	require.Equal(t, []byte(`{"method":"bad"}`+"\n"), calls[1].Request)
	require.WithinRange(t, calls[0].Timestamp, before.Round(0), time.Now())
	require.False(t, calls[1].Timestamp.Before(calls[0].Timestamp))
	require.EqualValues(t, 1, h.ConnectionCount())
	h.ResetCalls()
	require.Empty(t, h.GetCalls())
}

func TestCloseAfterReply(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{CloseAfterReply: true}, func(t *testing.T, h host) {
		c := h.client()
		c.send("one\ntwo\n")
		c.ends("one\n", faultdaemon.EndEOF)
		require.Equal(t, []string{"one\n"}, h.requests())
	})
}

// Nil echoes, and an event says so; an empty slice sends nothing.
func TestNilEchoesAndEmptyIsSilent(t *testing.T) {
	cfg := faultdaemon.Config{ResponseHandler: func(request []byte) []byte {
		if string(request) == "note\n" {
			return []byte{}
		}
		return nil
	}}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("note\nping\n", "ping\n")
		ev := h.event(faultdaemon.EventEchoed)
		require.Equal(t, 2, ev.Exchange)
		require.Equal(t, "connection 1, exchange 2: request echoed: 5 bytes", ev.String())
	})
}
