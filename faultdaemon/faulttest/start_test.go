package faulttest_test

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// recorder is a test that keeps what is reported, in the place of failing.
type recorder struct {
	testing.TB
	cleanups []func()
	reports  []string
	fatal    bool
}

// record runs f as if it were a test, its cleanups too.
func record(t *testing.T, f func(testing.TB)) *recorder {
	r := &recorder{TB: t}
	func() {
		defer func() {
			if v := recover(); v != nil && v != any(r) { // Fatal panics with r
				panic(v)
			}
		}()
		f(r)
	}()
	for i := range r.cleanups {
		r.cleanups[len(r.cleanups)-1-i]()
	}
	return r
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Error(args ...any) {
	r.reports = append(r.reports, fmt.Sprint(args...))
}
func (r *recorder) Errorf(format string, args ...any) {
	r.reports = append(r.reports, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatal(args ...any) {
	r.Error(args...)
	r.fatal = true
	panic(any(r))
}

// ask sends one request and reads until the connection ends.
func ask(t *testing.T, d *faultdaemon.FaultDaemon) {
	t.Helper()
	conn, err := net.Dial("unix", d.SocketPath())
	require.NoError(t, err)
	_, err = conn.Write([]byte("ping\n"))
	require.NoError(t, err)
	_, err = conn.Read(make([]byte, 16))
	require.NoError(t, conn.Close())
	if err != nil {
		require.ErrorContains(t, err, "EOF")
	}
}

func TestStartEndsWithItsTest(t *testing.T) {
	var d *faultdaemon.FaultDaemon
	r := record(t, func(tb testing.TB) {
		d = faulttest.Start(tb, faultdaemon.Config{Fault: faultdaemon.FaultHangBeforeResponse})
		require.Equal(t, d.SocketPath(), d.Addr().String())
		require.Less(t, len(d.SocketPath()), 100)
		_, err := net.Dial("unix", d.SocketPath())
		require.NoError(t, err)
	})
	require.Empty(t, r.reports)
	require.Nil(t, d.Addr())
	require.NoDirExists(t, filepath.Dir(d.SocketPath()))
}

// Every call has a path of its own, in a directory that is there.
func TestSocketPathIsFresh(t *testing.T) {
	var first, second string
	record(t, func(tb testing.TB) {
		first, second = faulttest.SocketPath(tb), faulttest.SocketPath(tb)
		require.NotEqual(t, first, second)
		require.DirExists(t, filepath.Dir(first))
		require.NoFileExists(t, first)
	})
	require.NoDirExists(t, filepath.Dir(first))
	require.NoDirExists(t, filepath.Dir(second))
}

func TestBadConfigIsFatal(t *testing.T) {
	r := record(t, func(tb testing.TB) {
		faulttest.Start(tb, faultdaemon.Config{Fault: "slow_respons"})
		require.Fail(t, "Start has returned")
	})
	require.True(t, r.fatal)
	require.Equal(t, []string{`faultdaemon: unknown fault "slow_respons": did you mean slow_response, very_slow_response?`}, r.reports)
}

// A panic of the user's own code fails the test, whatever fault was in force;
// one that a fault was asked for does not.
func TestPanicFailsTheTest(t *testing.T) {
	explode := func([]byte) []byte { panic("boom 42") }
	for name, test := range map[string]struct {
		cfg   faultdaemon.Config
		fails bool
	}{
		"healthy":       {faultdaemon.Config{ResponseHandler: explode}, true},
		"under a fault": {faultdaemon.Config{ResponseHandler: explode, Fault: faultdaemon.FaultPartialResponse}, true},
		"matcher": {faultdaemon.Config{
			Fault: faultdaemon.FaultPartialResponse, FaultMatcher: func([]byte) bool { panic("boom 42") },
		}, true},
		"injected": {faultdaemon.Config{Fault: faultdaemon.FaultPanicInHandler}, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, func(tb testing.TB) { ask(t, faulttest.Start(tb, test.cfg)) })
			require.False(t, r.fatal)
			if !test.fails {
				require.Empty(t, r.reports)
				return
			}
			require.Len(t, r.reports, 1)
			require.Contains(t, r.reports[0], "faultdaemon: connection 1, exchange 1: panic: boom 42")
			require.Greater(t, strings.Count(r.reports[0], "\n"), 5, "with the stack")
			require.Contains(t, r.reports[0], "faulttest_test")
		})
	}
}
