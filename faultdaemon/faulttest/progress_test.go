package faulttest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// progress is a correct client of a daemon that sends a line of progress
// before its reply.
func progress(ctx context.Context, dial faulttest.Dialer) (string, error) {
	c, err := connect(ctx, dial)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if first, err := c.Call(ctx, "status"); err != nil || first != "half" {
		return "", err
	}
	line, err := c.line()
	if err != nil {
		return "", err
	}
	return c.decode(line)
}

// stop_after_messages needs a reply of several messages.
func TestAReplyThatStopsBetweenItsMessages(t *testing.T) {
	cfg := faultdaemon.Config{ResponseHandler: func([]byte) []byte {
		return []byte("{\"id\":1,\"result\":\"half\"}\n{\"id\":1,\"result\":\"fine\"}\n")
	}}
	only := []faultdaemon.Fault{"stop_after_messages(1, eof)", "stop_after_messages(1, reset)", "stop_after_messages(1, hang)"}
	report := faulttest.Judge(t, cfg, progress, &faulttest.Options{Only: only})
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	for i, verdict := range []faulttest.Verdict{faulttest.Rejected, faulttest.Rejected, faulttest.TimedOut} {
		require.Equal(t, verdict, report.Results[i].Verdict)
	}
}
