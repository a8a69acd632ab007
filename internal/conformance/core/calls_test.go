package core_test

import (
	"bytes"
	"io"
	"net"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// request draws a line: short ones, ones around the sizes of buffers and
// chunks, and some that are longer than any.
func request() *rapid.Generator[[]byte] {
	return rapid.Custom(func(t *rapid.T) []byte {
		size := rapid.OneOf(
			rapid.IntRange(0, 60), rapid.IntRange(500, 520), rapid.IntRange(4080, 4110),
			rapid.IntRange(65500, 65560), rapid.IntRange(0, 200000),
		).Draw(t, "size")
		fill := rapid.ByteMax(255).Filter(func(b byte) bool { return b != '\n' }).Draw(t, "fill")
		return append(bytes.Repeat([]byte{fill}, size), '\n')
	})
}

// exchange writes a request, in two pieces, and reads its echo.
func exchange(conn net.Conn, request []byte, cut int) ([]byte, error) {
	sent := make(chan error, 1)
	go func() {
		_, err := conn.Write(request[:cut])
		if err == nil {
			_, err = conn.Write(request[cut:])
		}
		sent <- err
	}()
	got := make([]byte, len(request))
	if _, err := io.ReadFull(conn, got); err != nil {
		return nil, err
	}
	return got, <-sent
}

// Whatever clients send, with a fault in force that passes every request over
// or without, the echo is what they sent and so is what GetCalls returns.
func TestCallsAreWhatWasSent(t *testing.T) {
	for _, network := range []string{"memory", "unix"} {
		t.Run(network, func(t *testing.T) {
			d, dial := started(t, network, faultdaemon.Config{
				FaultMatcher: func([]byte) bool { return false },
			})
			defer d.Stop()
			rapid.Check(t, func(t *rapid.T) {
				d.ResetCalls()
				conns := []net.Conn{dial(), dial()}
				defer func() {
					for _, conn := range conns {
						_ = conn.Close()
					}
				}()
				var want [][]byte
				for range rapid.IntRange(1, 20).Draw(t, "requests") {
					d.SetFault(rapid.SampledFrom([]faultdaemon.Fault{
						faultdaemon.FaultNone, faultdaemon.FaultResetAfterRead,
					}).Draw(t, "fault"))
					message := request().Draw(t, "request")
					conn := rapid.SampledFrom(conns).Draw(t, "connection")
					got, err := exchange(conn, message, rapid.IntRange(0, len(message)).Draw(t, "cut"))
					require.NoError(t, err)
					require.True(t, bytes.Equal(message, got), "the echo differs")
					want = append(want, message)
				}
				calls := d.GetCalls()
				require.Len(t, calls, len(want))
				require.True(t, slices.EqualFunc(want, calls, func(sent []byte, call faultdaemon.RPCCall) bool {
					return bytes.Equal(sent, call.Request)
				}), "the calls differ from what was sent")
				require.True(t, slices.IsSortedFunc(calls, func(a, b faultdaemon.RPCCall) int {
					return a.Timestamp.Compare(b.Timestamp)
				}))
			})
		})
	}
}
