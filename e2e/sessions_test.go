package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/creachadair/jrpc2/channel"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// What one client object does after a fault, when the daemon is healthy again. Each of
// these clients has one connection for its life: what ends that, or leaves it silent, is
// for whoever made the client. They differ in which replies end it.
func TestSessions(t *testing.T) {
	type verdicts map[faultdaemon.Fault]faulttest.Verdict
	all := verdicts{
		faultdaemon.FaultCloseAfterRead:     faulttest.Stuck,
		faultdaemon.FaultResetAfterRead:     faulttest.Stuck,
		faultdaemon.FaultPartialResponse:    faulttest.Stuck,
		faultdaemon.FaultHangBeforeResponse: faulttest.Stuck,
		faultdaemon.FaultSlowResponse:       faulttest.Survived,
		listen.FaultSocketGap:               faulttest.Stuck,
		listen.FaultIdleClose:               faulttest.Stuck,
		listen.FaultKeepaliveSilent:         faulttest.Stuck,
	}
	for _, c := range []struct {
		name   string
		config faultdaemon.Config
		open   opener
		want   verdicts // beside those of all
	}{
		{"jrpc2", jsonrpc.Lines.Config(methods), openJRPC2(channel.Line), verdicts{
			faultdaemon.FaultCorruptResponse:   faulttest.Stuck,
			jsonrpc.FaultVersionMissing:        faulttest.Rejected,
			jsonrpc.FaultIDMissing:             faulttest.TimedOut,
			jsonrpc.FaultErrorNotObject:        faulttest.Rejected,
			jsonrpc.FaultLateReply:             faulttest.TimedOut,
			faultdaemon.FaultMultipleResponses: faulttest.Survived,
		}},
		{"MCP", mcpConfig(), openMCP, verdicts{
			faultdaemon.FaultCorruptResponse:   faulttest.Stuck,
			jsonrpc.FaultVersionMissing:        faulttest.Stuck,
			jsonrpc.FaultIDMissing:             faulttest.Stuck,
			jsonrpc.FaultErrorNotObject:        faulttest.Stuck,
			jsonrpc.FaultLateReply:             faulttest.TimedOut,
			faultdaemon.FaultMultipleResponses: faulttest.Survived,
		}},
		{"ttrpc", ttrpcConfig(), openTTRPC, verdicts{
			faultdaemon.FaultCorruptResponse:       faulttest.Rejected,
			lengthprefix.FaultPayloadFlipAt:        faulttest.Rejected,
			lengthprefix.FaultLengthOverLimitByOne: faulttest.Rejected,
			lengthprefix.FaultLengthShort:          faulttest.Stuck,
			lengthprefix.FaultLengthLong:           faulttest.Stuck,
			lengthprefix.FaultWrongProtocolBanner:  faulttest.Stuck,
			faultdaemon.FaultMultipleResponses:     faulttest.Survived,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			report := faulttest.JudgeSession(t, c.config, kept(c.open), nil)
			require.NoError(t, report.Err)
			require.Empty(t, report.Leaks, "even when the daemon is healthy")
			got, counts := make(verdicts), make(map[faulttest.Verdict]int)
			for _, r := range report.Results {
				got[faultdaemon.Fault(r.Fault.Name())] = r.Verdict
				counts[r.Verdict]++
			}
			t.Logf("%d faults: %v", len(report.Results), counts)
			require.Positive(t, counts[faulttest.Stuck])
			for _, want := range []verdicts{all, c.want} {
				for fault, verdict := range want {
					require.Equal(t, verdict, got[fault], "under %s", fault)
				}
			}
			for _, never := range []faulttest.Verdict{faulttest.Hung, faulttest.Crashed, faulttest.Leaked} {
				require.Zero(t, counts[never], "%s", never)
			}
		})
	}
}

// kept returns what opens a client on one connection, which all calls of a session share.
func kept(open opener) func(context.Context, faulttest.Dialer) (func(context.Context, int) (string, error), func(), error) {
	return func(ctx context.Context, dial faulttest.Dialer) (func(context.Context, int) (string, error), func(), error) {
		conn, err := dial(ctx)
		if err != nil {
			return nil, nil, err
		}
		s, err := open(ctx, conn)
		if err != nil {
			_ = conn.Close()
			return nil, nil, err
		}
		echo := func(ctx context.Context, i int) (string, error) {
			return s.call(ctx, "echo", fmt.Sprint("text ", i))
		}
		// An error of the end is that of the connection, which the calls have returned.
		return echo, func() { _ = s.close() }, nil
	}
}
