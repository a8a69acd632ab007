package faulttest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A client that reads to EOF, of a daemon that ends every connection behind its
// reply, and hands on what it read: whatever came before the end is the answer.
func TestReadsToEOFUnderEveryFault(t *testing.T) {
	cfg := statusDaemon()
	cfg.CloseAfterReply = true
	report := faulttest.Judge(t, cfg, readsToEOF, nil)
	require.NoError(t, report.Err)
	var wrong []faultdaemon.Fault
	for _, r := range report.Results {
		if _, listed := verdictsOfTwice[r.Fault]; listed && !r.OK {
			require.Equal(t, faulttest.WrongAnswer, r.Verdict, "%s", r.Fault)
			wrong = append(wrong, r.Fault)
		}
	}
	require.ElementsMatch(t, []faultdaemon.Fault{
		// Nothing, or a part of a reply, and the end.
		"close_immediately", "drop_connection(1)", "close_after_read", "panic_in_handler", "partial_response", "cut_at(1, eof)",
		// What it does not look at.
		"corrupt_response", "invalid_json", "multiline_response", "response_too_large", "response_without_newline", "multiple_responses",
	}, wrong, "%s", report)
}

// A client that dials, and asks nothing for a second: what acts on requests has
// shown nothing.
func TestAClientThatAsksNothing(t *testing.T) {
	silent := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		conn, err := dial(ctx)
		if err != nil {
			return "", err
		}
		<-time.After(time.Second)
		return "", conn.Close()
	}
	report := faulttest.Judge(t, statusDaemon(), silent, nil)
	require.NoError(t, report.Err)
	require.False(t, report.OK())
	for _, r := range report.Results {
		if r.Info.Stage == faultdaemon.StageRespond {
			require.Equal(t, faulttest.Untested, r.Verdict, "%s", r.Fault)
			require.NotEmpty(t, r.Why, "%s", r.Fault)
		}
	}
}
