package faulttest_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// runs are what Run and its siblings have to do in a process of their own: pass
// or fail, and what they say.
var runs = map[string]struct {
	test    func(t *testing.T)
	fails   bool
	says    []string
	timeout time.Duration // of the test; 0 is none
}{
	"right": {test: running(status, &faulttest.Options{Skip: []faultdaemon.Fault{faultdaemon.FaultFlipAt}}), says: []string{
		"--- PASS: TestRunSubject/very_slow_response",
		"--- SKIP: TestRunSubject/stop_reading",
		"it needs a second exchange, which the client does not make",
		" passed, 0 failed, ", " untested; the client gives up after 5s",
	}},
	"waits": {test: running(waitsAfterEOF, only("cut_at(7, eof)")), fails: true, says: []string{
		"cut_at(7, eof): timed out",
		"the daemon writes the first n bytes of the response",
		`the client returned the error "status: read: the stream ended inside a reply after 7 bytes" after 5s`,
		"expected: rejects: the evidence is on the wire",
		"0s  connection 1, exchange 1: bytes written: 7 bytes at 0 [cut_at(7, eof)]",
		`go test ./faultdaemon/faulttest -run '^TestRunSubject$/^cut_at\(7,_eof\)$' -count=1 -v`,
	}},
	"bug": {test: running(waitsAfterEOF, only(faultdaemon.FaultCloseAfterRead)), fails: true, says: []string{
		"seen in microsoft/vscode-languageserver-node#1621",
	}},
	"never acted": {test: running(status, only("cut_at(700)")), fails: true, says: []string{
		"cut_at(700): untested", "expected: the fault acts: one that never did has shown nothing",
	}},
	"never dials": {test: running(func(context.Context, faulttest.Dialer) (string, error) { return "", nil }, nil), fails: true, says: []string{
		"the client never connected to the daemon",
	}},
	"leaks": {test: running(leaksOnErrors, only(faultdaemon.FaultCloseAfterRead)), fails: true, says: []string{
		"close_after_read: leaked", "faulttest_test.neverEnds",
	}},
	"isolated": {test: running(isolatedClient, &faulttest.Options{Isolate: true, Only: []faultdaemon.Fault{
		faultdaemon.FaultCloseAfterRead, faultdaemon.FaultResetAfterRead, faultdaemon.FaultPartialResponse, faultdaemon.FaultHangBeforeResponse}}), fails: true, says: []string{
		"close_after_read: crashed", "exit status 7",
		"reset_after_read: crashed", "panic: in a goroutine of its own",
		"partial_response: crashed", "fatal error: sync: unlock of unlocked mutex",
		"--- PASS: TestRunSubject/hang_before_response",
	}},
	"plan": {test: underPlan("1*none->1*cut_at(7, eof)", again(waitsAfterEOF)), fails: true, says: []string{
		"1*none->1*cut_at(7, eof): timed out", "expected: rejects: the evidence is on the wire",
	}},
	"right plan":           {test: underPlan("1*none->1*cut_at(7, eof)", again(status))},
	"plan that never acts": {test: underPlan("5*none->1*cut_at(7, eof)", again(status)), fails: true, says: []string{"untested"}},
	"plan of no fault":     {test: underPlan("1*none", status), fails: true, says: []string{"the plan 1*none has no fault"}},
	"plan and faults": {test: func(t *testing.T) {
		faulttest.RunPlan(t, statusDaemon(), status, nil, only(faultdaemon.FaultHalfClose))
	}, fails: true, says: []string{"leave them out, there is one plan"}},
	"nothing to shrink": {test: func(t *testing.T) {
		faulttest.Shrink(t, statusDaemon(), status, faultdaemon.Always(faultdaemon.FaultHalfClose), nil)
	}, fails: true, says: []string{"the plan does not fail: there is nothing to shrink"}},
	"sweep": {test: func(t *testing.T) { faulttest.Sweep(t, statusDaemon(), ignoresDeadlines, nil) }, fails: true, says: []string{
		"--- PASS: TestRunSubject/split", "--- FAIL: TestRunSubject/stall",
		"stall at bytes 0-24 of reply 1, before the first byte, inside the line, at the terminator: hung; at the first of them:",
		"cut_at(0, hang): hung", "the daemon stops writing after 0 bytes (before the first byte) of reply 1",
		"flip at byte 24 of reply 1, in the terminator: hung", "the daemon flips bit 0 of the byte 24 (in the terminator) of reply 1",
		`go test ./faultdaemon/faulttest -run '^TestRunSubject$/^stall$/^reply_1_byte_0$' -count=1 -v`,
		"74 offsets passed, 26 failed; the client never gives up by itself",
	}},
	"sweep of a leak": {test: func(t *testing.T) { faulttest.Sweep(t, statusDaemon(), leaksAlways, nil) }, fails: true, says: []string{
		"even when the daemon is healthy, the client leaves a goroutine behind", "100 offsets passed, 0 failed",
	}},
	"sweep of a decoder": {test: func(t *testing.T) {
		faulttest.Sweep(t, statusDaemon(), decodes, &faulttest.SweepOptions{StrictGrades: true})
	}, fails: true, says: []string{
		"cut at byte 24 of reply 1, at the terminator: survived; at the first of them:", "(lenient)",
		"expected: rejects: a message that is cut short is an error at once, never a value (SweepOptions.AllowUnterminated, for a client that decodes JSON values)",
		"99 offsets passed, 1 failed",
	}},
	"nothing to sweep": {test: func(t *testing.T) { faulttest.Sweep(t, faultdaemon.Config{}, status, nil) }, fails: true, says: []string{
		"requests are echoed: set Config.ResponseHandler",
	}},
	"concurrent": {test: func(t *testing.T) {
		faulttest.RunConcurrent(t, echoDaemon(), 3, inOrder, only(faultdaemon.FaultMultipleResponses))
	}, fails: true, says: []string{
		"multiple_responses: wrong answer", "the client made 3 calls at once",
		`call 0 returned "key 0" after`,
		`call 1 returned "key 0" after 0s, the answer of call 0`,
		`call 2 returned "key 1" after 0s, the answer of call 1`,
		`go test ./faultdaemon/faulttest -run '^TestRunSubject$/^multiple_responses$' -count=1 -v`,
	}},
	// The deadline of a test that has one is shared out: 12 s, over four rounds
	// of runs that have 2 s of grace each.
	"in time": {test: running(status, &faulttest.Options{Real: true, Deadline: time.Minute, Only: []faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse}}), timeout: 12 * time.Second, says: []string{
		"instead of 1m0s for a run: the test's deadline is in 1", "(-timeout)",
		"--- PASS: TestRunSubject/hang_before_response", "1 passed, 0 failed, 0 untested",
	}},
	"too late": {test: running(status, &faulttest.Options{Real: true}), timeout: 5 * time.Second, fails: true, says: []string{
		" runs on the real clock: run it with a longer -timeout, or fewer faults",
	}},
	"too few": {test: func(t *testing.T) { faulttest.RunConcurrent(t, echoDaemon(), 1, byID, nil) }, fails: true, says: []string{
		"1 calls at once: want 2 or more",
	}},
}

// running is a test of a client with Run.
func running(client clientFunc, opts *faulttest.Options) func(*testing.T) {
	return func(t *testing.T) { faulttest.Run(t, statusDaemon(), client, opts) }
}

func only(f faultdaemon.Fault) *faulttest.Options {
	return &faulttest.Options{Only: []faultdaemon.Fault{f}}
}

// subject is the environment variable that names, in a process that these tests
// start, the run that TestRunSubject makes there.
const subject = "FAULTTEST_SUBJECT"

// TestRunSubject is the test that TestRunSays judges, in a process of its own.
func TestRunSubject(t *testing.T) {
	name := os.Getenv(subject)
	if name == "" {
		t.Skip("this is the subject of TestRunSays, which runs it in processes of its own: it fails, and should")
	}
	runs[name].test(t)
}

func TestRunSays(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestRunSubject$", "-test.v", "-test.timeout="+run.timeout.String())
			cmd.Env = append(os.Environ(), subject+"="+name)
			out, err := cmd.CombinedOutput()
			require.Equal(t, run.fails, err != nil, "%s", out)
			for _, text := range run.says {
				require.Contains(t, string(out), text)
			}
			require.NotContains(t, string(out), " run.go:", "what is reported stands where Run is called")
		})
	}
}

// The command that a failure shows runs one fault, or one offset, and no other.
func TestOneAlone(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for pattern, c := range map[string]struct {
		subject string
		fails   bool
		says    []string
	}{
		`^TestRunSubject$/^cut_at\(1,_eof\)$`: {"right", false, []string{
			"--- PASS: TestRunSubject/cut_at(1,_eof)", "1 passed, 0 failed, 0 untested"}},
		`^TestRunSubject$/^stall$/^reply_1_byte_7$`: {"sweep", true, []string{
			"--- FAIL: TestRunSubject/stall/reply_1_byte_7", "stall at byte 7 of reply 1, inside the line: hung", "0 offsets passed, 1 failed"}},
	} {
		t.Run(c.subject, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), self, "-test.run", pattern, "-test.v")
			cmd.Env = append(os.Environ(), subject+"="+c.subject)
			out, err := cmd.CombinedOutput()
			require.Equal(t, c.fails, err != nil, "%s", out)
			for _, text := range c.says {
				require.Contains(t, string(out), text)
			}
		})
	}
}

// On real sockets and the real clock, the verdicts are the same. A fifth of the
// deadline is how late, on a busy machine, an error still counts as at once.
func TestReal(t *testing.T) {
	t.Parallel() // it mostly waits
	for name, opts := range map[string]*faulttest.Options{
		"fresh path": {Real: true, Deadline: 2 * time.Second},
		"this path": {Socket: faulttest.TempSocket(t), Deadline: 400 * time.Millisecond,
			Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead, faultdaemon.FaultHangBeforeResponse}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := faulttest.Judge(t, statusDaemon(), bySocket, opts)
			require.NoError(t, report.Err)
			require.True(t, report.OK(), "%s", report)
		})
	}
}

// On the real clock too, a goroutine that outlives its client is a leak.
func TestLeaksOnTheRealClock(t *testing.T) {
	namesItsFaults(t)
	t.Parallel() // it mostly waits
	opts := &faulttest.Options{Real: true, Deadline: 2 * time.Second, Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead, faultdaemon.FaultSplitAt}}
	report := faulttest.Judge(t, statusDaemon(), leaksOnErrors, opts)
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Leaked, report.Results[0].Verdict)
	require.Len(t, report.Results[0].Leaks, 1)
	require.Contains(t, report.Results[0].Leaks[0], "faulttest_test.neverEnds")
	require.Equal(t, faulttest.Survived, report.Results[1].Verdict)
}

// What leaks even when healthy is said once there as well. Its answer may be
// late, so that a short deadline does.
func TestLeaksWhenHealthyOnTheRealClock(t *testing.T) {
	namesItsFaults(t)
	t.Parallel() // it mostly waits
	opts := &faulttest.Options{Real: true, Deadline: time.Second, Only: []faultdaemon.Fault{faultdaemon.FaultSplitAt}}
	report := faulttest.Judge(t, statusDaemon(), leaksAlways, opts)
	require.NoError(t, report.Err)
	require.Len(t, report.Leaks, 1)
	require.Equal(t, faulttest.Survived, report.Results[0].Verdict)
	require.True(t, report.Results[0].OK)
	require.False(t, report.OK())
}

// In a process of its own, the calls of one test are told apart, and the
// verdicts are those of a shared process.
func TestIsolatedCallsOfOneTest(t *testing.T) {
	opts := &faulttest.Options{Isolate: true, Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}}
	first := faulttest.Judge(t, statusDaemon(), status, opts)
	require.True(t, first.OK(), "%s", first)
	second := faulttest.Judge(t, statusDaemon(), isolatedClient, opts)
	require.NoError(t, second.Err)
	require.Equal(t, faulttest.Crashed, second.Results[0].Verdict)
	require.Contains(t, second.Results[0].Crash, "exit status 7")
	require.False(t, second.OK())
}

// The healthy runs are in a process of their own as well.
func TestIsolatedExitWhenHealthy(t *testing.T) {
	exits := func(context.Context, faulttest.Dialer) (string, error) {
		os.Exit(9)
		return "", nil
	}
	t.Run("exits", func(t *testing.T) {
		report := faulttest.Judge(t, statusDaemon(), exits, &faulttest.Options{Isolate: true})
		require.ErrorContains(t, report.Err, "the daemon was healthy, and yet the client crashed: its process ended with exit status 9")
	})
	t.Run("fails", func(t *testing.T) {
		report := faulttest.Judge(t, faultdaemon.Config{}, status, &faulttest.Options{Isolate: true})
		require.ErrorContains(t, report.Err, "requests are echoed")
	})
	t.Run("leaks", func(t *testing.T) {
		report := faulttest.Judge(t, statusDaemon(), leaksAlways, &faulttest.Options{Isolate: true, Only: []faultdaemon.Fault{faultdaemon.FaultSplitAt}})
		require.NoError(t, report.Err)
		require.Len(t, report.Leaks, 1)
		require.True(t, report.Results[0].OK)
	})
}

// A client that ends the process when nobody replies ends none but its own.
func TestIsolatedExitInASilence(t *testing.T) {
	exits := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		answer, err := status(ctx, dial)
		if errors.Is(err, os.ErrDeadlineExceeded) {
			os.Exit(8)
		}
		return answer, err
	}
	report := faulttest.Judge(t, statusDaemon(), exits, &faulttest.Options{Isolate: true,
		Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead, faultdaemon.FaultHangBeforeResponse}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Rejected, report.Results[0].Verdict)
	require.Equal(t, faulttest.Crashed, report.Results[1].Verdict)
	require.Contains(t, report.Results[1].Crash, "exit status 8")
}

// A process is told its fault by name: it may find the faults in another order,
// as from a map.
func TestIsolatedInAnotherOrder(t *testing.T) {
	only := []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead, faultdaemon.FaultSplitAt, faultdaemon.FaultHangBeforeResponse}
	if os.Getenv("FAULTDAEMON_ISOLATED") != "" {
		slices.Reverse(only)
	}
	report := faulttest.Judge(t, statusDaemon(), status, &faulttest.Options{Isolate: true, Only: only})
	require.NoError(t, report.Err)
	for i, want := range []faulttest.Verdict{faulttest.Rejected, faulttest.Survived, faulttest.TimedOut} {
		require.Equal(t, only[i].Name(), report.Results[i].Fault.Name())
		require.Equal(t, want, report.Results[i].Verdict)
	}
}

// One whose options are others has nothing to say about these.
func TestIsolatedWithOtherOptions(t *testing.T) {
	opts := &faulttest.Options{Isolate: true, Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}}
	if os.Getenv("FAULTDAEMON_ISOLATED") != "" {
		opts.Only = append(opts.Only, faultdaemon.FaultSplitAt)
	}
	report := faulttest.Judge(t, statusDaemon(), status, opts)
	require.ErrorContains(t, report.Err, `the process for a fault was given the faults ["close_after_read" "split_at"] and not ["close_after_read"]`)
	require.False(t, report.OK())
}
