package jsonrpc_test

import (
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// The whole core and JSON-RPC catalogue against a well-behaved client, which
// makes every fault act. A bubble needs a test, so there is one.
func BenchmarkJudge(b *testing.B) {
	judge := func(t *testing.T) {
		for b.Loop() {
			report := faulttest.Judge(t, jsonrpc.Lines.Config(noteMethods), use(atOnce).with(onLines), nil)
			if _, _, untested := report.Count(); !report.OK() || untested > 0 {
				t.Fatal(report)
			}
		}
	}
	all := func(_, _ string) (bool, error) { return true, nil }
	if !testing.RunTests(all, []testing.InternalTest{{Name: "judge", F: judge}}) {
		b.Fatal("the judging test has failed")
	}
}
