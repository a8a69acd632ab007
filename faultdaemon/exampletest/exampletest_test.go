package exampletest_test

import (
	"cmp"
	"maps"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/exampletest"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// runTable is the environment variable that names, in a process that TestRun
// starts, the table that TestTable gives to Run there.
const runTable = "EXAMPLETEST_TABLE"

// A table is what Run is given, whether it passes, and what it prints if not.
type table struct {
	does   faultdaemon.Step  // the fault "own", where a table has it
	stage  faultdaemon.Stage // of that; empty: respond
	cases  []exampletest.Case
	passes bool
	passed []string // subtests that must have passed
	says   string

	spawned bool // is for RunSpawned
}

var tables = map[string]table{
	"right": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultSlowResponse, Examples: []faultdaemon.Example{
			{With: "30ms", Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 30 * time.Millisecond},
			{With: "0s", Send: "ping\n", Reply: "pong\n", Got: "pong\n"}, // passes without the fault, but is not alone
		}}},
		passes: true,
		passed: []string{"slow_response/0/memory", "slow_response/0/unix", "slow_response/0/tcp"},
	},
	"too long for real time": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultSlowResponse, Examples: []faultdaemon.Example{
			{With: "1h", Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: time.Hour},
		}}},
		passes: true,
		passed: []string{"slow_response/0/memory"},
	},
	"wrong bytes": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultPartialResponse, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pon", Then: faultdaemon.EndEOF},
		}}},
		says: `exchange 1: the client read "po" and then EOF, want "pon" and then EOF`,
	},
	"more bytes": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultMultipleResponses, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n"},
		}}},
		says: `the client read "pong\n" and then, more than it should, "pong\n"`,
	},
	"wrong end": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultResetAfterRead, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Then: faultdaemon.EndEOF},
		}}},
		says: `the client read "" and then reset, want "" and then EOF`,
	},
	"open, not ended": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultHangBeforeResponse, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Then: faultdaemon.EndEOF},
		}}},
		says: `the client read "" and then open, want "" and then EOF`,
	},
	"too early": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultSlowResponse, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 201 * time.Millisecond},
		}}},
		says: `the client read "pong\n" and then open after 200ms, want after 201ms`,
	},
	"too late": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultSlowResponse, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 199 * time.Millisecond},
		}}},
		says: `the client read "pong\n" and then open after 200ms, want after 199ms`,
	},
	"too early on sockets": {
		does: waitsInVirtualTime,
		cases: []exampletest.Case{{Fault: "own", Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 400 * time.Millisecond},
		}}},
		passed: []string{"own/0/memory"},
		says:   "want after 400ms",
	},
	"wrong calls": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultCloseAfterRead, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Then: faultdaemon.EndEOF, Calls: faultdaemon.NoCalls},
		}}},
		says: "the daemon has recorded 1 calls, want 0",
	},
	"wrong writes": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultMultipleResponses, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\npong\n", Writes: 2},
		}}},
		says: "the daemon made 1 writes, want 2",
	},
	"wrong second exchange": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultMultipleResponses, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\npong\n",
				More: []faultdaemon.Example{{Send: "ping\n", Reply: "pang\n", Got: "pang\n"}}},
		}}},
		says: "exchange 2: the client read",
	},
	"bad arguments": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultCutAt, Examples: []faultdaemon.Example{
			{With: "soon", Send: "ping\n", Reply: "pong\n", Got: "p", Then: faultdaemon.EndEOF},
		}}},
		says: `cut_at: n is "soon": want an integer of 0 or more`,
	},
	"bad hex": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultCutAt, Examples: []faultdaemon.Example{
			{Hex: true, Send: "70 zz", Reply: "0a", Then: faultdaemon.EndEOF},
		}}},
		says: "example 0: Send: encoding/hex: invalid byte",
	},
	"nothing that a healthy daemon does not show": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultCutAt, Examples: []faultdaemon.Example{
			{With: "5", Send: "ping\n", Reply: "pong\n", Got: "pong\n"},
			{With: "6, reset", Send: "ping\n", Reply: "pong\n", Got: "pong\n"},
		}}},
		says: "every example of cut_at passes with the fault switched off",
	},
	"no example": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultCutAt}},
		says:  "cut_at has no examples",
	},
	"no case": {says: "there are no cases"},
	"about a process": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultCloseAfterRead, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Then: faultdaemon.EndEOF, Status: "exit 0"},
		}}},
		says: "example 0: it says what a process does (Stderr, Status, Fails, Outlives, Closes), and there is none: call RunSpawned",
	},
}

// waitsInVirtualTime replies after 400 ms in a bubble, whose time begins in the
// year 2000, and at once elsewhere.
func waitsInVirtualTime(e *faultdaemon.Exchange) error {
	if time.Now().Year() == 2000 {
		if err := e.Wait(400 * time.Millisecond); err != nil {
			return err
		}
	}
	return faultdaemon.Send(faultdaemon.Response)(e)
}

// TestTable is what TestRun runs, in a process of its own.
func TestTable(t *testing.T) {
	name := os.Getenv(runTable)
	if name == "" {
		t.Skip("TestRun runs this in processes of its own: most tables fail")
	}
	table, found := tables[name]
	if !found {
		table = spawnedTables[name]
	}
	var cfg faultdaemon.Config
	if table.does != nil {
		own, err := faultdaemon.NewCatalogue(faultdaemon.Info{Name: "own", Stage: cmp.Or(table.stage, faultdaemon.StageRespond), Do: table.does})
		require.NoError(t, err)
		cfg.Catalogues = append(cfg.Catalogues, own)
	}
	if !table.spawned {
		exampletest.Run(t, cfg, table.cases)
		return
	}
	cfg.Catalogues = append(cfg.Catalogues, stdio.Faults)
	if table.passes {
		exampletest.RunSpawned(t, cfg, table.cases)
		return
	}
	exampletest.RunSpawnedWithin(t, cfg, table.cases, 3*time.Second, 500*time.Millisecond)
}

func TestRun(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	all := maps.Clone(tables)
	maps.Copy(all, spawnedTables)
	for name, table := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestTable$", "-test.v")
			cmd.Env = append(os.Environ(), runTable+"="+name)
			out, err := cmd.CombinedOutput()
			require.NotContains(t, string(out), "panic:")
			require.Empty(t, processesWith(t, runTable+"="+name), "processes that were left")
			require.Contains(t, string(out), "=== RUN   TestTable")
			for _, subtest := range table.passed {
				require.Contains(t, string(out), "--- PASS: TestTable/"+subtest+" ")
			}
			if table.passes {
				require.NoError(t, err, "%s", out)
				return
			}
			var failed *exec.ExitError
			require.ErrorAs(t, err, &failed, "%s", out)
			require.Contains(t, string(out), table.says)
			require.Contains(t, string(out), "--- FAIL: TestTable")
		})
	}
}
