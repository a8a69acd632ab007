package jsonrpc_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// The whole core and JSON-RPC catalogue against a well-behaved client: one
// that calls twice, and one that makes every fault act, with megabytes of
// notifications.
func BenchmarkJudge(b *testing.B) {
	for name, u := range map[string]use{"two calls": twoCalls, "every fault acts": atOnce} {
		b.Run(name, func(b *testing.B) {
			inTest(b, func(t *testing.T) {
				for b.Loop() {
					report := faulttest.Judge(t, jsonrpc.Lines.Config(noteMethods), u.with(onLines), nil)
					require.True(t, report.OK(), "%s", report)
				}
			})
		})
	}
}

func twoCalls(ctx context.Context, c *client) ([]string, error) {
	if _, err := getMilk(ctx, c); err != nil {
		return nil, err
	}
	return getMilk(ctx, c)
}

// inTest gives a benchmark the test that a bubble needs.
func inTest(b *testing.B, f func(*testing.T)) {
	all := func(_, _ string) (bool, error) { return true, nil }
	if !testing.RunTests(all, []testing.InternalTest{{Name: b.Name(), F: f}}) {
		b.Fatal("the test in it has failed")
	}
}
