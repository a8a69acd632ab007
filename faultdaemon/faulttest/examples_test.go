package faulttest_test

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// subject names, in a process that these tests start, the table that
// TestSubject runs there.
const subject = "FAULTTEST_SUBJECT"

// tables are what Examples has to judge: whether it passes, and what it says.
var tables = map[string]struct {
	cases  []faulttest.Case
	passes bool
	says   string
}{
	"right": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultSlowResponse, Examples: []faultdaemon.Example{
			{With: "30ms", Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 30 * time.Millisecond},
			{With: "0s", Send: "ping\n", Reply: "pong\n", Got: "pong\n"}, // passes without the fault, but is not alone
		}}},
		passes: true,
	},
	"wrong bytes": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultPartialResponse, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pon", Then: faultdaemon.EndEOF},
		}}},
		says: `exchange 1: the client read "po" and then EOF, want "pon"`,
	},
	"more bytes": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultMultipleResponses, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n"},
		}}},
		says: `the client read "pong\n" and then, more than it should, "pong\n"`,
	},
	"wrong end": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultResetAfterRead, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Then: faultdaemon.EndEOF},
		}}},
		says: `the client read "" and then reset, want EOF`,
	},
	"open, not ended": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultHangBeforeResponse, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Then: faultdaemon.EndEOF},
		}}},
		says: `the client read "" and then open, want EOF`,
	},
	"too early": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultSlowResponse, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 201 * time.Millisecond},
		}}},
		says: "that took the client 200ms, want 201ms",
	},
	"too late": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultSlowResponse, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 199 * time.Millisecond},
		}}},
		says: "that took the client 200ms, want 199ms",
	},
	"wrong calls": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultCloseAfterRead, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Then: faultdaemon.EndEOF, Calls: faultdaemon.NoCalls},
		}}},
		says: "the daemon recorded 1 calls by then, want 0",
	},
	"wrong writes": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultMultipleResponses, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\npong\n", Writes: 2},
		}}},
		says: "the daemon made 1 writes, want 2",
	},
	"wrong second exchange": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultMultipleResponses, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\npong\n",
				More: []faultdaemon.Example{{Send: "ping\n", Reply: "pang\n", Got: "pang\n"}}},
		}}},
		says: "exchange 2: the client read",
	},
	"bad arguments": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultCutAt, Examples: []faultdaemon.Example{
			{With: "soon", Send: "ping\n", Reply: "pong\n", Got: "p", Then: faultdaemon.EndEOF},
		}}},
		says: `cut_at: n is "soon": want an integer of 0 or more`,
	},
	"bad hex": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultCutAt, Examples: []faultdaemon.Example{
			{Hex: true, Send: "70 zz", Reply: "0a", Then: faultdaemon.EndEOF},
		}}},
		says: "example 0: Send: encoding/hex: invalid byte",
	},
	"nothing that health does not show": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultCutAt, Examples: []faultdaemon.Example{
			{With: "5", Send: "ping\n", Reply: "pong\n", Got: "pong\n"},
			{With: "6, reset", Send: "ping\n", Reply: "pong\n", Got: "pong\n"},
		}}},
		says: "every example of cut_at passes with the fault switched off: none proves anything",
	},
	"no example": {
		cases: []faulttest.Case{{Fault: faultdaemon.FaultCutAt}},
		says:  "every example of cut_at passes with the fault switched off: none proves anything",
	},
	"no case": {says: "there are no cases"},
}

// TestSubject is the test that TestExamples judges, in a process of its own.
func TestSubject(t *testing.T) {
	name := os.Getenv(subject)
	if name == "" {
		t.Skip("this is the subject of TestExamples, which runs it in processes of its own: most of its tables fail")
	}
	faulttest.Examples(t, faultdaemon.Config{}, tables[name].cases)
}

func TestExamples(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	for name, table := range tables {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestSubject$", "-test.v")
			cmd.Env = append(os.Environ(), subject+"="+name)
			out, err := cmd.CombinedOutput()
			require.NotContains(t, string(out), "panic:")
			require.Contains(t, string(out), "=== RUN   TestSubject")
			if table.passes {
				require.NoError(t, err, "%s", out)
				return
			}
			var failed *exec.ExitError
			require.ErrorAs(t, err, &failed, "%s", out)
			require.Contains(t, string(out), table.says)
			require.Contains(t, string(out), "--- FAIL: TestSubject")
		})
	}
}
