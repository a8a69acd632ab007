package faulttest_test

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// sessionReport judges a keeper.
func sessionReport(t *testing.T, k keeper, opts *faulttest.Options) faulttest.Report {
	t.Helper()
	report := faulttest.JudgeSession(t, keyDaemon(), keeping(k), opts)
	require.NoError(t, report.Err)
	return report
}

// A client that opens another connection after an error passes under every fault,
// three times the same.
func TestSessionOfAClientThatReconnects(t *testing.T) {
	var first string
	for range 3 {
		report := sessionReport(t, keeper{}, &faulttest.Options{StrictGrades: true})
		require.True(t, report.OK(), "%s", report)
		if first == "" {
			first = report.String()
		}
		require.Equal(t, first, report.String())
	}
	require.Contains(t, first, "socket_stale")
	require.Contains(t, first, "2 untested", "stop_after_messages and coalesced_responses")
}

// What broken clients do, and the call that shows it.
func TestSessionsOfBrokenClients(t *testing.T) {
	for name, c := range map[string]struct {
		client keeper
		fault  faultdaemon.Fault
		want   faulttest.Verdict
		why    string
	}{
		"it never reconnects, after an EOF":   {keeper{never: true}, faultdaemon.FaultCloseAfterRead, faulttest.Stuck, "no call succeeded within 5s of the daemon being healthy again; the last: call 8, 4.29s after that"},
		"it never reconnects, after a hang":   {keeper{never: true}, faultdaemon.FaultHangBeforeResponse, faulttest.Stuck, "the last: call 6, 4s after that"},
		"it never connects, and nothing acts": {keeper{never: true}, faultdaemon.FaultCloseImmediately, faulttest.Stuck, "no call succeeded"},
		"it never connects to a stale socket": {keeper{never: true}, listen.FaultSocketStale, faulttest.Stuck, "no call succeeded"},
		"a late reply is the next call's":     {keeper{never: true, anyID: true}, faultdaemon.FaultSlowResponse.With(1500 * time.Millisecond), faulttest.WrongAnswer, "when the daemon was healthy again: call 2, 0s after that, returned \"value of key 1\" after 500ms, the answer of call 1"},
		"a second reply is the next call's":   {keeper{never: true, anyID: true}, faultdaemon.FaultMultipleResponses, faulttest.WrongAnswer, "the answer of call 1"},
		"it waits for the old connection":     {keeper{waits: true}, faultdaemon.FaultHangBeforeResponse, faulttest.Hung, "when the daemon was healthy again: call 2, 0s after that, had not returned"},
		"it mislays a connection that ended":  {keeper{mislays: true}, faultdaemon.FaultCloseAfterRead, faulttest.Leaked, ""},
		"it mislays a connection that hangs":  {keeper{mislays: true}, faultdaemon.FaultHangBeforeResponse, faulttest.Leaked, ""},
		"it crashes when it reconnects":       {keeper{panics: true}, faultdaemon.FaultCloseAfterRead, faulttest.Crashed, "when the daemon was healthy again: call 2, 0s after that, crashed: panic: no connection"},
		"it reconnects":                       {keeper{}, faultdaemon.FaultCloseAfterRead, faulttest.Rejected, ""},
		"it is slow to reconnect":             {keeper{pause: 4 * time.Second}, faultdaemon.FaultCloseAfterRead, faulttest.Rejected, ""},
		"it is too slow to reconnect":         {keeper{pause: 6 * time.Second}, faultdaemon.FaultCloseAfterRead, faulttest.Stuck, "returned the error \"it is too early\""},
	} {
		t.Run(name, func(t *testing.T) {
			r := sessionReport(t, c.client, &faulttest.Options{Only: []faultdaemon.Fault{c.fault}}).Results[0]
			require.Equal(t, c.want, r.Verdict, "%s", r.Explain(""))
			if c.why == "" {
				require.Empty(t, r.Why)
			} else {
				require.Contains(t, r.Why, c.why)
			}
			require.Equal(t, c.want == faulttest.Rejected, r.OK)
			if c.want == faulttest.Leaked {
				require.Equal(t, []string{"connection: the client's 1. was never closed"}, r.Leaks)
			}
		})
	}
}

// The rules of docs/reconnecting.md, each with the faults that it names there.
func TestRulesOfReconnecting(t *testing.T) {
	once := func([]byte) bool { return true }
	for rule, c := range map[string]struct {
		client keeper
		once   faultdaemon.FaultMatcher
		want   faulttest.Verdict
		faults []faultdaemon.Fault
	}{
		"after an end":        {keeper{never: true}, nil, faulttest.Stuck, []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead, faultdaemon.FaultResetAfterRead, listen.FaultSocketGap}},
		"after a timeout":     {keeper{never: true}, nil, faulttest.Stuck, []faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse, listen.FaultKeepaliveSilent, faultdaemon.FaultDeadlock}},
		"after a bad reply":   {keeper{never: true}, nil, faulttest.Stuck, []faultdaemon.Fault{faultdaemon.FaultMultilineResponse, faultdaemon.FaultResponseTooLarge}},
		"late replies":        {keeper{never: true, anyID: true}, nil, faulttest.WrongAnswer, []faultdaemon.Fault{"slow_response(1500ms)", "ack_late(1500ms)"}},
		"more than a reply":   {keeper{never: true, anyID: true}, nil, faulttest.WrongAnswer, []faultdaemon.Fault{faultdaemon.FaultMultipleResponses}},
		"waiting for the old": {keeper{waits: true}, nil, faulttest.Hung, []faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultWriteHalfThenHang}},
		"closing the old":     {keeper{mislays: true}, nil, faulttest.Leaked, []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead, faultdaemon.FaultHalfClose}},
		"a failed connect":    {keeper{resigns: true}, nil, faulttest.Stuck, []faultdaemon.Fault{listen.FaultSocketAbsent, listen.FaultSocketStale, listen.FaultBacklogFull}},
		"a pause":             {keeper{pause: 6 * time.Second}, nil, faulttest.Stuck, []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}},
		"between two calls":   {keeper{never: true}, nil, faulttest.Stuck, []faultdaemon.Fault{faultdaemon.FaultCloseImmediately, listen.FaultIdleClose}},
		"and crashes":         {keeper{panics: true}, nil, faulttest.Crashed, []faultdaemon.Fault{faultdaemon.FaultCloseImmediately, listen.FaultIdleClose}},
		"the handshake":       {keeper{forgets: true}, nil, faulttest.Stuck, []faultdaemon.Fault{listen.FaultSocketGap, listen.FaultOldVersion}},
		"sending again":       {keeper{repeats: true}, once, faulttest.Repeated, []faultdaemon.Fault{faultdaemon.FaultAckLost}},
	} {
		t.Run(rule, func(t *testing.T) {
			for range 3 {
				for _, r := range sessionReport(t, c.client, &faulttest.Options{Only: c.faults, Once: c.once}).Results {
					require.Equal(t, c.want, r.Verdict, "%s", r.Explain(""))
				}
			}
		})
	}
}

// The time to recover is the option's.
func TestRecover(t *testing.T) {
	opts := &faulttest.Options{Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}, Recover: 10 * time.Second}
	require.Equal(t, faulttest.Rejected, sessionReport(t, keeper{pause: 6 * time.Second}, opts).Results[0].Verdict)
	opts.Recover = time.Second
	require.Equal(t, faulttest.Stuck, sessionReport(t, keeper{pause: 4 * time.Second}, opts).Results[0].Verdict)
	opts.Recover = -1
	require.ErrorContains(t, faulttest.JudgeSession(t, keyDaemon(), keeping(keeper{}), opts).Err, "the Recover is -1ns")
}

// Sessions on the real clock, over a Unix socket, and in processes of their own.
func TestSessionsElsewhere(t *testing.T) {
	namesItsFaults(t)
	t.Parallel() // it mostly waits
	only := []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead, faultdaemon.FaultCloseImmediately, listen.FaultSocketStale, faultdaemon.FaultHangBeforeResponse}
	for name, opts := range map[string]*faulttest.Options{"real": {Only: only, Real: true}, "isolated": {Only: only, Isolate: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it mostly waits
			report := sessionReport(t, keeper{}, opts)
			require.True(t, report.OK(), "%s", report)
		})
		t.Run(name+", stuck", func(t *testing.T) {
			t.Parallel()
			report := sessionReport(t, keeper{never: true}, opts)
			for _, r := range report.Results {
				require.Equal(t, faulttest.Stuck, r.Verdict, "%s", r.Explain(""))
			}
		})
	}
}

// What is wrong when the daemon is healthy is told, and by which call.
func TestSessionsThatCannotBeJudged(t *testing.T) {
	for want, open := range map[string]func(context.Context, faulttest.Dialer) (caller, func(), error){
		"open: no": func(context.Context, faulttest.Dialer) (caller, func(), error) { return nil, nil, errors.New("no") },
		"calls 0 and 1 have the same answer": func(_ context.Context, dial faulttest.Dialer) (caller, func(), error) {
			k := &keeper{dial: dial, timeout: time.Second}
			return func(ctx context.Context, _ int) (string, error) { return k.call(ctx, 0) }, k.close, nil
		},
		"call 3: no": func(_ context.Context, dial faulttest.Dialer) (caller, func(), error) {
			return func(ctx context.Context, i int) (string, error) {
				if i == 3 {
					return "", errors.New("no")
				}
				k := &keeper{dial: dial, timeout: time.Second}
				defer k.close()
				return k.call(ctx, i)
			}, nil, nil
		},
		"crashed: end: panic: no": func(_ context.Context, dial faulttest.Dialer) (caller, func(), error) {
			k := &keeper{dial: dial, timeout: time.Second}
			return k.call, func() { k.close(); panic("no") }, nil
		},
	} {
		require.ErrorContains(t, faulttest.JudgeSession(t, keyDaemon(), open, nil).Err, want)
	}
}

// What a client removes during a session is often found when the daemon stops; a daemon
// that it launches beside a live one is seen at once.
func TestSessionsOfClientsThatMeddle(t *testing.T) {
	t.Parallel()
	meddling := func(meddle func(ctx context.Context)) func(context.Context, faulttest.Dialer) (caller, func(), error) {
		return func(opened context.Context, dial faulttest.Dialer) (caller, func(), error) {
			k := &keeper{dial: dial, timeout: 300 * time.Millisecond}
			return func(ctx context.Context, i int) (string, error) {
				answer, err := k.call(ctx, i)
				if err != nil {
					meddle(opened)
					return "", err
				}
				return answer, nil
			}, k.close, nil
		}
	}
	for name, tt := range map[string]struct {
		meddle func(context.Context)
		fault  faultdaemon.Fault
		want   faulttest.Verdict
		why    string
	}{
		"removes":  {func(ctx context.Context) { _ = os.Rename(faulttest.SocketPath(ctx), faulttest.SocketPath(ctx)+"2") }, faultdaemon.FaultCloseAfterRead, faulttest.Removed, "it removed a live daemon's socket; nothing is there now"},
		"launches": {func(ctx context.Context) { _ = faulttest.Launch(ctx) }, faultdaemon.FaultCloseAfterRead, faulttest.SecondDaemon, "it launched a daemon beside a live daemon's socket"},
		"may":      {func(ctx context.Context) { _ = faulttest.Launch(ctx) }, listen.FaultSocketAbsent, faulttest.Survived, ""}, // the call after that
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := faulttest.JudgeSession(t, keyDaemon(), meddling(tt.meddle), &faulttest.Options{Real: true, Only: []faultdaemon.Fault{tt.fault}})
			require.NoError(t, report.Err)
			require.Equal(t, tt.want, report.Results[0].Verdict, "%s", report.Results[0].Explain(""))
			require.Equal(t, tt.why, report.Results[0].Why)
		})
	}
}
