package faulttest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A client that reads to EOF waits for ever for a daemon that keeps the
// connection open, so it needs CloseAfterReply; a message cut short is then
// an answer for it.
func TestReadsToEOF(t *testing.T) {
	report := faulttest.Judge(t, statusDaemon(), readsToEOF, nil)
	require.ErrorContains(t, report.Err, "the daemon was healthy, and yet the client returned the error")
	cfg := statusDaemon()
	cfg.CloseAfterReply = true
	report = faulttest.Judge(t, cfg, readsToEOF, &faulttest.Options{Only: []faultdaemon.Fault{
		faultdaemon.FaultPartialResponse, faultdaemon.FaultCloseAfterRead, faultdaemon.FaultResetAfterRead}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.WrongAnswer, report.Results[0].Verdict)
	require.Equal(t, faulttest.WrongAnswer, report.Results[1].Verdict)
	require.Equal(t, faulttest.Rejected, report.Results[2].Verdict)
}

// What is found of the cause is in the result.
func TestCauses(t *testing.T) {
	alone := func(client clientFunc) faulttest.Result {
		report := faulttest.Judge(t, statusDaemon(), client, &faulttest.Options{Only: []faultdaemon.Fault{faultdaemon.FaultCloseAfterRead}})
		require.NoError(t, report.Err)
		return report.Results[0]
	}
	leak := alone(leaksOnErrors)
	require.Len(t, leak.Leaks, 1)
	require.Contains(t, leak.Leaks[0], "faulttest_test.neverEnds")
	require.Contains(t, alone(panics).Crash, "panic: unreachable")
	require.Contains(t, alone(panics).Crash, "faulttest_test.panics")
	require.Contains(t, alone(endsItself).Crash, "return an error instead")
	require.ErrorIs(t, alone(status).Err, io.EOF)
}

// What is wrong even when the daemon is healthy is said once.
func TestHealthyRuns(t *testing.T) {
	n := 0
	for name, c := range map[string]struct {
		client clientFunc
		says   string
	}{
		"never dials": {func(context.Context, faulttest.Dialer) (string, error) { return "", nil }, "the client never connected to the daemon: use dial or SocketPath(ctx)"},
		"hangs":       {func(context.Context, faulttest.Dialer) (string, error) { select {} }, "had not returned after 1m5s"},
		"panics":      {func(context.Context, faulttest.Dialer) (string, error) { panic("oops") }, "crashed: panic: oops"},
		"never repeats": {func(ctx context.Context, dial faulttest.Dialer) (string, error) {
			n++
			s, err := status(ctx, dial)
			return fmt.Sprint(s, n), err
		}, "Options.Equal"},
	} {
		t.Run(name, func(t *testing.T) {
			report := faulttest.Judge(t, statusDaemon(), c.client, nil)
			require.ErrorContains(t, report.Err, c.says)
			require.Empty(t, report.Results)
			require.False(t, report.OK())
		})
	}
	report := faulttest.Judge(t, faultdaemon.Config{}, status, nil)
	require.ErrorContains(t, report.Err, `"{\"id\":1,\"method\":\"status\"}\n"`)
	require.ErrorContains(t, report.Err, "requests are echoed: set Config.ResponseHandler")

	nobody := func(context.Context) (net.Conn, error) { return nil, errors.New("nobody is there") }
	report = faulttest.Judge(t, faultdaemon.Config{Upstream: nobody}, status, nil)
	require.ErrorContains(t, report.Err, "upstream: nobody is there")
	require.ErrorContains(t, report.Err, "see that the daemon that Config.Upstream connects to runs")

	unended := faultdaemon.Config{ResponseHandler: func([]byte) []byte { return []byte(`{"id":1,"result":"fine"}`) }}
	report = faulttest.Judge(t, unended, status, nil)
	require.ErrorContains(t, report.Err, `the config's handler replies "{\"id\":1,\"result\":\"fine\"}", which is no whole message of faultdaemon.lines: nothing ends it`)

	report = faulttest.Judge(t, statusDaemon(), leaksAlways, nil)
	require.NoError(t, report.Err)
	require.Len(t, report.Leaks, 1)
	_, wrong, _ := report.Count()
	require.Zero(t, wrong, "%s", report)
	require.False(t, report.OK())
}

// A client that waits for no reply has dialled all the same.
func TestAClientThatDoesNotWait(t *testing.T) {
	sends := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		defer func() { _ = conn.Close() }()
		return "sent", request(conn)
	}
	report := faulttest.Judge(t, statusDaemon(), sends, &faulttest.Options{Only: []faultdaemon.Fault{faultdaemon.FaultHalfClose}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Survived, report.Results[0].Verdict)
	require.Equal(t, 1, report.Results[0].Calls)
}

// Faults of processes are for clients that start their server.
func TestAFaultOfProcessesGoesWithSpawn(t *testing.T) {
	report := faulttest.Judge(t, statusDaemon(), status, &faulttest.Options{Only: []faultdaemon.Fault{"exit_mid_call"}})
	require.ErrorContains(t, report.Err, `unknown fault "exit_mid_call"`)
	require.ErrorContains(t, report.Err, "run it with Spawn")
	report = faulttest.Judge(t, statusDaemon(), status, &faulttest.Options{Only: []faultdaemon.Fault{"exit_mid_cull"}})
	require.NotContains(t, report.Err.Error(), "Spawn")
}
