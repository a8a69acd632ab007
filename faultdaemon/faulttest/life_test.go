package faulttest_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// reconnects is the client with a few tries, and pauses that grow. It is right.
func reconnects(client clientFunc) clientFunc {
	return func(ctx context.Context, dial faulttest.Dialer) (answer string, err error) {
		for pause := 20 * time.Millisecond; pause < time.Second; pause *= 2 {
			answer, err = client(ctx, dial)
			var refused *net.OpError
			if !errors.As(err, &refused) || refused.Op != "dial" || ctx.Err() != nil {
				return answer, err
			}
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return "", err
			}
		}
		return "", err
	}
}

// triesUntilTheEnd is a client that tries again until its time is over.
func triesUntilTheEnd(pause time.Duration) clientFunc {
	return func(ctx context.Context, dial faulttest.Dialer) (answer string, err error) {
		for ctx.Err() == nil {
			if answer, err = status(ctx, dial); err == nil {
				return answer, nil
			}
			if pause > 0 {
				<-time.After(pause)
			}
		}
		return "", err
	}
}

// removesAfter is a client that takes an error for the end of its daemon, and removes
// the socket.
func removesAfter(errno syscall.Errno) clientFunc {
	return func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		answer, err := status(ctx, dial)
		if errors.Is(err, errno) {
			_ = os.Remove(faulttest.SocketPath(ctx))
		}
		return answer, err
	}
}

func TestAReconnectingClientIsRight(t *testing.T) {
	t.Parallel() // it mostly waits
	for name, opts := range map[string]*faulttest.Options{
		"in memory": {StrictGrades: true},
		"real":      {Real: true, Deadline: 2 * time.Second},
	} {
		for requests, client := range map[string]clientFunc{"once": status, "twice": twice} {
			t.Run(name+" "+requests, func(t *testing.T) {
				t.Parallel() // it mostly waits
				report := faulttest.Judge(t, statusDaemon(), reconnects(client), opts)
				require.NoError(t, report.Err)
				require.True(t, report.OK(), "%s", report)
				for _, r := range report.Results {
					if r.Fault == listen.FaultSlowBoot {
						require.Equal(t, faulttest.Survived, r.Verdict, "%s", report)
					}
				}
			})
		}
	}
}

// A client that tries again and gives up rejects what refused it last.
func TestAClientThatGivesUp(t *testing.T) {
	report := faulttest.Judge(t, statusDaemon(), reconnects(status), &faulttest.Options{Only: []faultdaemon.Fault{listen.FaultSocketAbsent}})
	require.NoError(t, report.Err)
	threeTimes := func(ctx context.Context, dial faulttest.Dialer) (answer string, err error) {
		for _, pause := range []time.Duration{time.Second, 2 * time.Second, 0} {
			if answer, err = status(ctx, dial); err == nil {
				return answer, nil
			}
			<-time.After(pause)
		}
		return "", err
	}
	report = faulttest.Judge(t, statusDaemon(), threeTimes, &faulttest.Options{Only: []faultdaemon.Fault{listen.FaultSocketStale}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Rejected, report.Results[0].Verdict)
	require.Equal(t, 3*time.Second, report.Results[0].Took.Truncate(time.Millisecond))
	require.ErrorIs(t, report.Results[0].Err, syscall.ECONNREFUSED)
}

func TestSpunSockets(t *testing.T) {
	namesItsFaults(t)
	t.Parallel() // it mostly waits
	for name, tt := range map[string]struct {
		pause time.Duration
		real  bool
		fault faultdaemon.Fault
		want  faulttest.Verdict
	}{
		"refused, without a pause": {0, false, listen.FaultSocketStale, faulttest.Spun},
		"refused, 40 ms":           {40 * time.Millisecond, false, listen.FaultBacklogFull, faulttest.Spun},
		"refused, 60 ms":           {60 * time.Millisecond, false, listen.FaultSocketAbsent, faulttest.TimedOut},
		"accepted and closed":      {time.Millisecond, false, faultdaemon.FaultCloseImmediately, faulttest.Spun},
		"closed, real":             {time.Millisecond, true, faultdaemon.FaultCloseImmediately, faulttest.Spun},
		"refused, real":            {time.Millisecond, true, listen.FaultSocketStale, faulttest.TimedOut}, // nobody sees it
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := faulttest.Judge(t, statusDaemon(), triesUntilTheEnd(tt.pause), &faulttest.Options{Real: tt.real, Deadline: 3 * time.Second, Only: []faultdaemon.Fault{tt.fault}})
			require.NoError(t, report.Err)
			require.Equal(t, tt.want, report.Results[0].Verdict, "%s", report)
		})
	}
}

func TestRemoved(t *testing.T) {
	t.Parallel() // it mostly waits
	for name, tt := range map[string]struct {
		errno syscall.Errno
		fault faultdaemon.Fault
		want  faulttest.Verdict
		why   string
	}{
		"full":              {syscall.EAGAIN, listen.FaultBacklogFull, faulttest.Removed, "it removed a socket whose backlog is full; nothing is there now"},
		"a file":            {syscall.ECONNREFUSED, listen.FaultSocketIsFile, faulttest.Removed, "it removed a regular file; nothing is there now"},
		"a directory":       {syscall.ECONNREFUSED, listen.FaultSocketIsDirectory, faulttest.Removed, "it removed a directory; nothing is there now"},
		"a link":            {syscall.ENOENT, listen.FaultPathDangling, faulttest.Removed, "it removed a symbolic link to nothing; nothing is there now"},
		"a live daemon's":   {syscall.ECONNRESET, faultdaemon.FaultResetAfterRead, faulttest.Removed, "it removed a live daemon's socket; nothing is there now"},
		"a dead daemon's":   {syscall.ECONNREFUSED, listen.FaultSocketStale, faulttest.Rejected, ""},
		"nothing":           {syscall.ENOENT, listen.FaultSocketAbsent, faulttest.Rejected, ""},
		"after another one": {syscall.EPERM, listen.FaultBacklogFull, faulttest.Rejected, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := faulttest.Judge(t, statusDaemon(), removesAfter(tt.errno), &faulttest.Options{Real: true, Only: []faultdaemon.Fault{tt.fault}})
			require.NoError(t, report.Err)
			require.Equal(t, tt.want, report.Results[0].Verdict, "%s", report)
			require.Equal(t, tt.why, report.Results[0].Why)
		})
	}
}

// The window between bind and listen: the socket that refuses is no dead daemon's.
func TestRemovedWhileItStarts(t *testing.T) {
	t.Parallel() // it mostly waits
	waits := func(ctx context.Context, dial faulttest.Dialer) (answer string, err error) {
		for ctx.Err() == nil {
			answer, err = status(ctx, dial)
			if !errors.Is(err, syscall.ENOENT) {
				break
			}
			<-time.After(60 * time.Millisecond)
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			_ = os.Remove(faulttest.SocketPath(ctx))
		}
		return answer, err
	}
	report := faulttest.Judge(t, statusDaemon(), waits, &faulttest.Options{Real: true, Only: []faultdaemon.Fault{listen.FaultSlowBoot.With(time.Second)}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Removed, report.Results[0].Verdict, "%s", report)
	require.Equal(t, "it removed a socket that nobody listens on yet; nothing is there now", report.Results[0].Why)
}

// A client that puts something else in the place of what it has removed.
func TestReplacedByTheClient(t *testing.T) {
	t.Parallel() // it mostly waits
	client := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		answer, err := status(ctx, dial)
		if path := faulttest.SocketPath(ctx); err != nil {
			beside := path + ".mine"
			l, listens := net.Listen("unix", beside)
			if listens != nil {
				return "", listens
			}
			l.(*net.UnixListener).SetUnlinkOnClose(false)
			if renamed := errors.Join(l.Close(), os.Rename(beside, path)); renamed != nil {
				return "", renamed
			}
		}
		return answer, err
	}
	report := faulttest.Judge(t, statusDaemon(), client, &faulttest.Options{Real: true, Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Removed, report.Results[0].Verdict, "%s", report)
	require.Equal(t, "it removed a live daemon's socket; another socket is there now", fmt.Sprint(report.Results[0].Why))
}
