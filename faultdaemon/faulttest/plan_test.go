package faulttest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// underPlan is a test that runs a client under a plan.
func underPlan(line string, client func(context.Context, faulttest.Dialer) (string, error)) func(t *testing.T) {
	return func(t *testing.T) {
		plan, err := faultdaemon.ParsePlan(line)
		require.NoError(t, err)
		faulttest.RunPlan(t, statusDaemon(), client, plan, nil)
	}
}

// again is a client that does the same again.
func again(client func(context.Context, faulttest.Dialer) (string, error)) func(context.Context, faulttest.Dialer) (string, error) {
	return func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		if answer, err := client(ctx, dial); err != nil {
			return answer, err
		}
		return client(ctx, dial)
	}
}

// A client that waits for the rest after EOF, and only on its second connection, is found
// out by the smallest plan, and each time by the same.
func TestShrink(t *testing.T) {
	client := func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		if answer, err := status(ctx, dial); err != nil {
			return answer, err
		}
		return waitsAfterEOF(ctx, dial)
	}
	for line, want := range map[string]string{
		"1*slow_response(100ms)->cut_at(7, eof)":                      "1*none->1*cut_at(0, eof)",
		"1*slow_response(2s)->90%partial_response->3*cut_at(12, eof)": "1*none->1*cut_at(0, eof)",
		"2/partial_response->3/half_close":                            "1*none->1*partial_response",
		"1*none->90%partial_response":                                 "1*none->1*partial_response",
	} {
		plan, err := faultdaemon.ParsePlan(line)
		require.NoError(t, err)
		for range 3 {
			require.Equal(t, want, faulttest.Shrink(t, statusDaemon(), client, plan, nil).String(), line)
		}
	}
}
