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
	logs     []string
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
func (r *recorder) Failed() bool  { return len(r.reports) > 0 }
func (r *recorder) Skipped() bool { return false }
func (r *recorder) Logf(format string, args ...any) {
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
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
		d = faulttest.Start(tb, faultdaemon.Config{})
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
func TestTempSocketIsFresh(t *testing.T) {
	var first, second string
	record(t, func(tb testing.TB) {
		first, second = faulttest.TempSocket(tb), faulttest.TempSocket(tb)
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

// A fault that never acts fails the test, with the reason.
func TestFaultThatNeverActs(t *testing.T) {
	never := func([]byte) bool { return false }
	silent := func([]byte) []byte { return []byte{} }
	for name, test := range map[string]struct {
		cfg  faultdaemon.Config
		send string
		want string
	}{
		"no request": {faultdaemon.Config{Fault: faultdaemon.FaultDeadlock}, "",
			"deadlock never acted: there were 0 connections and no request"},
		"matcher": {faultdaemon.Config{Fault: faultdaemon.FaultCloseAfterRead, FaultMatcher: never}, `{"type":"list"}`,
			"close_after_read never acted: 0 of 1 requests matched; seen: type=list"},
		"no reply": {faultdaemon.Config{Fault: faultdaemon.FaultPartialResponse, ResponseHandler: silent, CloseAfterReply: true}, "n",
			"partial_response never acted: 1 of 1 requests matched, but it could not act: there is no reply"},
		"term of a plan": {faultdaemon.Config{Plan: faultdaemon.FirstN(1, faultdaemon.FaultCloseAfterRead).Then(faultdaemon.EveryNth(9, faultdaemon.FaultDeadlock))}, "a",
			"deadlock never acted: 0 of 1 requests matched"},
	} {
		t.Run(name, func(t *testing.T) {
			use := func(d *faultdaemon.FaultDaemon) {
				if test.send == "" {
					return
				}
				conn, err := net.Dial("unix", d.SocketPath())
				require.NoError(t, err)
				_, err = conn.Write([]byte(test.send + "\n"))
				require.NoError(t, err)
				_, _ = conn.Read(make([]byte, 64)) // the reply, or the end
				require.NoError(t, conn.Close())
			}
			r := record(t, func(tb testing.TB) { use(faulttest.Start(tb, test.cfg)) })
			require.Len(t, r.reports, 1)
			require.Contains(t, r.reports[0], test.want)
			require.Len(t, r.logs, 1, "what the daemon did")
			require.Contains(t, r.logs[0], "started: ")

			allowed := record(t, func(tb testing.TB) {
				use(faulttest.StartWith(tb, test.cfg, faulttest.StartOptions{AllowUnfired: true}))
			})
			require.Empty(t, allowed.reports)
			require.Empty(t, allowed.logs)
		})
	}
}

func TestStartWithSocket(t *testing.T) {
	path := faulttest.TempSocket(t)
	d := faulttest.StartWith(t, faultdaemon.Config{}, faulttest.StartOptions{Socket: path})
	require.Equal(t, path, d.SocketPath())
}
