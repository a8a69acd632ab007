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
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
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
	"connects, right": {
		passes: true, passed: []string{"own/0/memory", "own/0/unix", "own/0/tcp"},
		does:  faultdaemon.Steps(listen.Leave(faultdaemon.FoundNothing), for100ms, listen.Leave(faultdaemon.FoundStale), for100ms, listen.Listen),
		stage: faultdaemon.StageListen,
		cases: connects(
			faultdaemon.Example{Calls: faultdaemon.NoCalls, Connect: "ECONNREFUSED", After: 100 * time.Millisecond},
			faultdaemon.Example{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 100 * time.Millisecond},
		),
	},
	"no event": {
		does: listen.Restart, stage: faultdaemon.StageListen,
		cases: []exampletest.Case{{Fault: "own", Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Shows: "a new socket is in the place of the old"},
		}}},
		says: `no event of the daemon's says "a new socket is in the place of the old"`,
	},
	"another connect error": {
		does: listenNever, stage: faultdaemon.StageListen, cases: connects(),
		says: "exchange 1: connect: ECONNREFUSED, want ENOENT",
	},
	"the connect succeeds": {
		does: listen.Listen, stage: faultdaemon.StageListen, cases: connects(),
		says: "exchange 1: connect: a connection, want ENOENT",
	},
	"the connect fails": {
		does: listenNever, stage: faultdaemon.StageListen,
		cases: []exampletest.Case{{Fault: "own", Examples: []faultdaemon.Example{{Send: "ping\n", Reply: "pong\n", Got: "pong\n"}}}},
		says:  "connection refused",
	},
	"a connect too early": {
		does: faultdaemon.Steps(listen.Leave(faultdaemon.FoundNothing), for100ms, listen.Listen), stage: faultdaemon.StageListen,
		cases: connects(faultdaemon.Example{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 101 * time.Millisecond}),
		says:  "exchange 2: connect: a connection within 101ms, want that later",
	},
	"a connect too late": {
		does: faultdaemon.Steps(listen.Leave(faultdaemon.FoundNothing), for100ms, listen.Listen), stage: faultdaemon.StageListen,
		cases: connects(faultdaemon.Example{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 99 * time.Millisecond}),
		says:  "exchange 2: connect: ENOENT, want a connection",
	},
	"a connect too early on sockets": {
		does: awayInVirtualTime, stage: faultdaemon.StageListen, passed: []string{"own/0/memory"},
		cases: connects(faultdaemon.Example{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 400 * time.Millisecond}),
		says:  "too early",
	},
	"not fired": {
		does: listen.Leave(faultdaemon.FoundFile), stage: faultdaemon.StageListen,
		cases: []exampletest.Case{{Fault: "own", Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n"},
		}}},
		says: "every example of own passes with the fault switched off",
	},
	"fired where it must not": {
		does: listenNever, stage: faultdaemon.StageListen, passed: []string{"own/0/memory", "own/0/unix"},
		cases: []exampletest.Case{{Fault: "own", Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: faultdaemon.NoCalls, Connect: "ECONNREFUSED", Except: "TCP"},
		}}},
		says: "connection refused",
	},
	"nothing says why it has not fired": {
		does: onSocketsHealthy, stage: faultdaemon.StageListen, passed: []string{"own/0/memory", "own/0/unix"},
		cases: []exampletest.Case{{Fault: "own", Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: faultdaemon.NoCalls, Connect: "ECONNREFUSED", Except: "TCP"},
		}}},
		says: "the fault has fired 1 times, want an example in which it does not",
	},
	"about a process": {
		cases: []exampletest.Case{{Fault: faultdaemon.FaultCloseAfterRead, Examples: []faultdaemon.Example{
			{Send: "ping\n", Reply: "pong\n", Then: faultdaemon.EndEOF, Status: "exit 0"},
		}}},
		says: "example 0: it says what a process does (Stderr, Status, Fails, Outlives, Closes), and there is none: call RunSpawned",
	},
}

// connects is a case whose first connect fails with ENOENT, and what comes after it.
func connects(more ...faultdaemon.Example) []exampletest.Case {
	refused := faultdaemon.Example{Send: "ping\n", Reply: "pong\n", Calls: faultdaemon.NoCalls, Connect: "ENOENT"}
	refused.More = more
	return []exampletest.Case{{Fault: "own", Examples: []faultdaemon.Example{refused}}}
}

func for100ms(e *faultdaemon.Exchange) error { return e.Wait(100 * time.Millisecond) }

var listenNever = faultdaemon.Steps(listen.Leave(faultdaemon.FoundStale), faultdaemon.Hang)

// awayInVirtualTime is away for 400 ms in a bubble, and shorter elsewhere.
func awayInVirtualTime(e *faultdaemon.Exchange) error {
	if err := e.Leave(faultdaemon.FoundNothing); err != nil {
		return err
	}
	away := 30 * time.Millisecond
	if time.Now().Year() == 2000 {
		away = 400 * time.Millisecond
	}
	if err := e.Wait(away); err != nil {
		return err
	}
	return e.Listen()
}

// onSocketsHealthy does nothing on TCP, and does not say so.
func onSocketsHealthy(e *faultdaemon.Exchange) error {
	if err := e.Leave(faultdaemon.FoundFile); err != nil {
		return nil
	}
	return e.Hang()
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
