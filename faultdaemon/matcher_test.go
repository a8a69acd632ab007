package faultdaemon_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

func TestFaultMatcherPicksRequests(t *testing.T) {
	cfg := faultdaemon.Config{
		Fault:        faultdaemon.FaultMultipleResponses,
		FaultMatcher: func(request []byte) bool { return string(request) == "hurt\n" },
	}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("fine\n", "fine\n")
		c.exchange("hurt\n", "hurt\nhurt\n")
		c.exchange("fine\n", "fine\n")
		c.exchange("hurt\nfine\nhurt\n", "hurt\nhurt\nfine\nhurt\nhurt\n")
	})
}

// What a matcher or a handler does with its request changes nothing for
// anybody else.
func TestRequestIsTheUsersToKeep(t *testing.T) {
	kept := make(chan []byte, 10)
	cfg := faultdaemon.Config{
		Fault:        faultdaemon.FaultCloseAfterRead,
		FaultMatcher: func(request []byte) bool { return false },
		ResponseHandler: func(request []byte) []byte {
			kept <- request
			return []byte("ok\n")
		},
	}
	onEveryTransport(t, cfg, func(t *testing.T, h host) {
		c := h.client()
		c.exchange("one\n", "ok\n")
		c.exchange("two\n", "ok\n")
		one, two := <-kept, <-kept
		require.Equal(t, "one\n", string(one))
		one[0], two[0] = 'X', 'Y'
		require.Equal(t, []string{"one\n", "two\n"}, h.requests())
	})
}

// Before there is a request, there is nothing to match.
func TestAcceptStageFaultsDoNotAskTheMatcher(t *testing.T) {
	for _, info := range faultdaemon.Builtin().All() {
		if info.Stage != faultdaemon.StageAccept {
			continue
		}
		t.Run(string(info.Name), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int64
				h := start(t, "memory", faultdaemon.Config{
					Fault:        info.Fault(),
					FaultMatcher: func([]byte) bool { asked.Add(1); return false },
				})
				c := h.client()
				_ = writeAll(c, "ping\n") // may be closed already
				synctest.Wait()
				require.Equal(t, faultdaemon.EventFault, h.kinds(1)[1], "the fault acts although the matcher says no")
				require.Zero(t, asked.Load())
			})
		})
	}
}

// The explicit argument, else the Config field, else the default.
func TestArgumentBeforeConfigBeforeDefault(t *testing.T) {
	for _, test := range []struct {
		fault  faultdaemon.Fault
		config time.Duration
		want   time.Duration
	}{
		{faultdaemon.FaultSlowResponse, 0, 200 * time.Millisecond},
		{faultdaemon.FaultSlowResponse, time.Second, time.Second},
		{faultdaemon.FaultSlowResponse.With(7 * time.Second), time.Second, 7 * time.Second},
		{faultdaemon.FaultSlowResponse.With("0s"), time.Second, 0},
		{faultdaemon.FaultSlowAccept, 0, 3 * time.Second},
		{faultdaemon.FaultSlowAccept, time.Minute, time.Minute},
		{faultdaemon.FaultSlowAccept.With(time.Hour), time.Minute, time.Hour},
		{faultdaemon.FaultVerySlowResponse, 0, 15 * time.Second},
		{faultdaemon.FaultVerySlowResponse, time.Second, 15 * time.Second},
		{faultdaemon.FaultVerySlowResponse.With(16 * time.Second), time.Second, 16 * time.Second},
	} {
		t.Run(fmt.Sprintf("%s and %s", test.fault, test.config), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := start(t, "memory", faultdaemon.Config{Fault: test.fault, SlowResponseDelay: test.config})
				conn, err := h.Dial(t.Context())
				require.NoError(t, err)
				began := time.Now()
				require.NoError(t, talk(conn, "ping\n", "ping\n"))
				require.Equal(t, test.want, time.Since(began))
			})
		})
	}
}

func TestDropEveryNStandsInForTheArgument(t *testing.T) {
	for _, test := range []struct {
		fault  faultdaemon.Fault
		config int
		want   string // what becomes of 6 connections
	}{
		{faultdaemon.FaultDropConnection, 0, "......"},
		{faultdaemon.FaultDropConnection, 2, ".x.x.x"},
		{faultdaemon.FaultDropConnection.With(3), 2, "..x..x"},
		{faultdaemon.FaultDropConnection.With(0), 2, "......"},
	} {
		t.Run(fmt.Sprintf("%s and %d", test.fault, test.config), func(t *testing.T) {
			h := start(t, "unix", faultdaemon.Config{Fault: test.fault, DropEveryN: test.config})
			got := ""
			for range 6 {
				served, err := pingOrEOF(h.client())
				require.NoError(t, err)
				got += map[bool]string{true: ".", false: "x"}[served]
			}
			require.Equal(t, test.want, got)
		})
	}
}
