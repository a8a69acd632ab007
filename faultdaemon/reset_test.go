package faultdaemon_test

import (
	"errors"
	"fmt"
	"net"
	"runtime"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// writers are the ways in which a client's write races with the daemon's end:
// each sends one request or more, and returns what a write reported.
var writers = map[string]func(net.Conn) error{
	"whole": func(c net.Conn) error { return writeAll(c, "ping\n") },
	"in pieces": func(c net.Conn) error {
		return writeAll(c, "p", "i", "n", "g", "\n")
	},
	"late": func(c net.Conn) error {
		for range 20 {
			runtime.Gosched()
		}
		return writeAll(c, "ping\n")
	},
	"split": func(c net.Conn) error {
		return writeAll(c, "pi", "ng\n")
	},
	"pipelined": func(c net.Conn) error {
		return writeAll(c, "ping\nping\nping\n")
	},
	"without end": func(c net.Conn) error {
		var err error
		for i := 0; i < 100 && err == nil; i++ {
			err = writeAll(c, "ping\nping\n")
		}
		return err
	},
}

// race opens many connections, whose clients write in every way while the
// daemon ends them, and returns how often which end came behind which bytes.
// A reset that a write ran into is a reset too: the kernel reports it once.
func race(h host, rounds int) (map[string]int, error) {
	seen := make(map[string]int)
	for range rounds {
		for name, write := range writers {
			conn, err := h.dial()
			if err != nil {
				return nil, err
			}
			writeErr := write(conn)
			got, end, err := readToEnd(conn)
			_ = conn.Close()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if errors.Is(writeErr, syscall.ECONNRESET) {
				end = faultdaemon.EndReset
			}
			seen[fmt.Sprintf("%q, %s", got, end)]++
		}
	}
	return seen, nil
}

func TestResetsAreNeverAnEOF(t *testing.T) {
	const rounds = 30
	for fault, want := range map[faultdaemon.Fault]string{
		faultdaemon.FaultRefuseAfterAccept:                  `"", reset`,
		faultdaemon.FaultResetAfterRead:                     `"", reset`,
		faultdaemon.FaultCutAt.With(2, "reset"):             `"po", reset`,
		faultdaemon.FaultCutAt.With(0, "reset"):             `"", reset`,
		faultdaemon.FaultStopAfterMessages.With(1, "reset"): `"po\n", reset`,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			cfg := faultdaemon.Config{Fault: fault, ResponseHandler: returns("po\nng\n")}
			onEveryTransport(t, cfg, func(t *testing.T, h host) {
				seen, err := race(h, rounds)
				require.NoError(t, err)
				require.Equal(t, map[string]int{want: rounds * len(writers)}, seen)
			})
		})
	}
}

func TestCleanEndsAreNeverAReset(t *testing.T) {
	const rounds = 30
	for fault, want := range map[faultdaemon.Fault]string{
		faultdaemon.FaultCloseImmediately:          `"", EOF`,
		faultdaemon.FaultDropConnection.With(1):    `"", EOF`,
		faultdaemon.FaultCloseAfterRead:            `"", EOF`,
		faultdaemon.FaultPanicInHandler:            `"", EOF`,
		faultdaemon.FaultPartialResponse:           `"po\n", EOF`,
		faultdaemon.FaultCutAt.With(2):             `"po", EOF`,
		faultdaemon.FaultStopAfterMessages.With(1): `"po\n", EOF`,
		faultdaemon.FaultHalfClose:                 `"po\nng\n", EOF`,
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			cfg := faultdaemon.Config{Fault: fault, ResponseHandler: returns("po\nng\n")}
			onEveryTransport(t, cfg, func(t *testing.T, h host) {
				seen, err := race(h, rounds)
				require.NoError(t, err)
				require.Equal(t, map[string]int{want: rounds * len(writers)}, seen)
			})
		})
	}
}

// The daemon already blocks in a read when the fault is set: it decides only
// then how much of the request it takes out of the kernel.
func TestResetOfAConnectionThatWasHealthy(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{}, func(t *testing.T, h host) {
		for range 50 {
			h.SetFault(faultdaemon.FaultNone)
			c := h.client()
			c.exchange("one\n", "one\n")
			c.exchange("two\n", "two\n")
			h.SetFault(faultdaemon.FaultResetAfterRead)
			c.send("three\n")
			c.ends("", faultdaemon.EndReset)
		}
	})
}

// A request that the fault passes over leaves nothing behind that the next
// one could trip over.
func TestHeldByteIsPartOfNoOtherRequest(t *testing.T) {
	cfg := faultdaemon.Config{
		Fault:        faultdaemon.FaultResetAfterRead,
		FaultMatcher: func(request []byte) bool { return string(request) == "reset\n" },
	}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("one\n", "one\n")
		c.exchange("two\nthree\n", "two\nthree\n")
		h.SetFault(faultdaemon.FaultNone)
		c.exchange("four\n", "four\n")
		c.exchange("five\n", "five\n")
		h.SetFault(faultdaemon.FaultResetAfterRead)
		c.exchange("six\n", "six\n")
		c.send("reset\n")
		c.ends("", faultdaemon.EndReset)
		require.Equal(t, []string{"one\n", "two\n", "three\n", "four\n", "five\n", "six\n", "reset\n"}, h.requests())
	})
}

// A client that writes its last request and leaves at once has it recorded,
// although the daemon keeps a byte back.
func TestLastRequestBeforeTheEndIsRead(t *testing.T) {
	cfg := faultdaemon.Config{
		Fault:        faultdaemon.FaultResetAfterRead,
		FaultMatcher: func([]byte) bool { return false },
	}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		const visits = 300
		for range visits {
			c := h.client()
			c.exchange("one\n", "one\n")
			c.send("two\n")
			require.NoError(t, c.Close())
		}
		h.called(2 * visits)
	})
}

// The client leaves without having sent a byte: there is nobody to reset.
func TestResetWithoutAByteEndsWithTheClient(t *testing.T) {
	cfg := faultdaemon.Config{Fault: faultdaemon.FaultRefuseAfterAccept}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		h.connected(1)
		c.isSilent()
		require.NoError(t, c.Close())
		h.event(faultdaemon.EventGone)
		require.Zero(t, h.requests())
	})
}

// A client that closes with a reply unread resets its connection, which the
// daemon sees while it leaves bytes in the kernel for a fault.
func TestAClientThatResetsIsNoPanic(t *testing.T) {
	onEveryTransport(t, faultdaemon.Config{Fault: faultdaemon.FaultMultipleResponses}, func(t *testing.T, h host) {
		conn, err := h.dial()
		require.NoError(t, err)
		require.NoError(t, writeAll(conn, "ping\n"))
		_, err = conn.Read(make([]byte, 1))
		require.NoError(t, err)
		require.NoError(t, conn.Close())
		eventually(t, func() bool {
			return slices.Contains(h.kinds(1), faultdaemon.EventClosed) || slices.Contains(h.kinds(1), faultdaemon.EventGone)
		})
		require.NotContains(t, h.kinds(1), faultdaemon.EventPanic)
	})
}
