package faulttest_test

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// launchesAfter is a client that takes an error for the absence of its daemon, once it
// has lasted, and launches one.
func launchesAfter(lasting time.Duration, isAbsent func(error) bool) clientFunc {
	return func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		var answer string
		var err error
		for began := time.Now(); ; <-time.After(50 * time.Millisecond) {
			if answer, err = status(ctx, dial); err == nil || !isAbsent(err) {
				return answer, err
			}
			if time.Since(began) >= lasting {
				break
			}
		}
		if launched := faulttest.Launch(ctx); launched != nil {
			return "", errors.Join(err, launched)
		}
		return status(ctx, dial)
	}
}

// isGone is what a client may take for the absence of its daemon.
func isGone(err error) bool {
	return errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ECONNREFUSED)
}

// A client that launches its daemon where none is alive, and takes its time to find
// that out.
func TestLaunchingIsRight(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]*faulttest.Options{
		"in memory": {StrictGrades: true},
		"real":      {Real: true, Deadline: 2 * time.Second},
	} {
		report := faulttest.Judge(t, statusDaemon(), launchesAfter(400*time.Millisecond, isGone), opts)
		require.NoError(t, report.Err)
		require.True(t, report.OK(), "%s: %s", name, report)
		for _, r := range report.Results {
			switch r.Fault {
			case listen.FaultSocketAbsent, listen.FaultSocketStale, listen.FaultSlowBoot:
				require.Equal(t, faulttest.Survived, r.Verdict, "%s: %s: %s", name, r.Fault, r.Client)
			case listen.FaultSocketIsFile, listen.FaultPathDangling:
				require.NotEqual(t, faulttest.Survived, r.Verdict, "%s: %s: %s", name, r.Fault, r.Client)
			}
		}
	}
}

func TestSecondDaemon(t *testing.T) {
	anything := func(error) bool { return true }
	is := func(errno syscall.Errno) func(error) bool {
		return func(err error) bool { return errors.Is(err, errno) }
	}
	for name, tt := range map[string]struct {
		client clientFunc
		fault  faultdaemon.Fault
		want   faulttest.Verdict
		why    string
	}{
		"full":            {launchesAfter(0, is(syscall.EAGAIN)), listen.FaultBacklogFull, faulttest.SecondDaemon, "it launched a daemon beside a socket whose backlog is full"},
		"failing":         {launchesAfter(0, anything), faultdaemon.FaultCloseAfterRead, faulttest.SecondDaemon, "it launched a daemon beside a live daemon's socket"},
		"silent":          {launchesAfter(0, anything), faultdaemon.FaultHangBeforeResponse, faulttest.SecondDaemon, "it launched a daemon beside a live daemon's socket"},
		"starting":        {launchesAfter(0, is(syscall.ECONNREFUSED)), listen.FaultSlowBoot.With(400 * time.Millisecond), faulttest.Rejected, ""}, // nothing is there at first
		"starting, later": {launchesAfter(250*time.Millisecond, isGone), listen.FaultSlowBoot.With(400 * time.Millisecond), faulttest.SecondDaemon, "it launched a daemon beside a socket that nobody listens on yet"},
		"absent":          {launchesAfter(0, isGone), listen.FaultSocketAbsent, faulttest.Survived, ""},
		"dead":            {launchesAfter(0, isGone), listen.FaultSocketStale, faulttest.Survived, ""},
		"away":            {launchesAfter(0, isGone), listen.FaultSocketAbsent.With(time.Second), faulttest.Survived, ""},
	} {
		for _, real := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				report := faulttest.Judge(t, statusDaemon(), tt.client, &faulttest.Options{Real: real, Only: []faultdaemon.Fault{tt.fault}})
				require.NoError(t, report.Err)
				r := report.Results[0]
				require.Equal(t, tt.want, r.Verdict, "real %t: %s", real, r.Explain(""))
				require.Equal(t, tt.why, r.Why)
				require.Equal(t, tt.want != faulttest.SecondDaemon, r.OK)
			})
		}
	}
}

// A client that has its daemon launched in any case, as commands do that leave a live
// one alone, does so when the daemon is healthy, too.
func TestLaunchInAnyCase(t *testing.T) {
	client := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		_ = faulttest.Launch(ctx)
		return status(ctx, dial)
	}
	report := faulttest.Judge(t, statusDaemon(), client, &faulttest.Options{Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Rejected, report.Results[0].Verdict)
}

func TestLaunchOutsideOfARun(t *testing.T) {
	require.ErrorContains(t, faulttest.Launch(t.Context()), "pass the one that the client is called with")
}
