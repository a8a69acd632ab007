package exampletest_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/exampletest"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

const (
	eof    = faultdaemon.EndEOF
	notRun = faultdaemon.NoCalls
	noMod  = "error: cannot find module 'server'\n"
)

// one is a table of one example, of a process, that fails.
func one(fault faultdaemon.Fault, ex faultdaemon.Example, says string) table {
	if ex.Send == "" {
		ex.Send, ex.Reply = "ping\n", "pong\n"
	}
	return table{spawned: true, says: says, cases: []exampletest.Case{{Fault: fault, Examples: []faultdaemon.Example{ex}}}}
}

var spawnedTables = map[string]table{
	"processes, right": {
		spawned: true, passes: true,
		passed: []string{"exit_mid_call/0/spawned", "ignores_sigterm/0/spawned", "own/0/spawned"},
		does:   stdio.CloseStderr, stage: faultdaemon.StageProcess,
		cases: []exampletest.Case{
			{Fault: stdio.FaultExitMidCall, Examples: []faultdaemon.Example{{Send: "ping\n", Reply: "pong\n", Then: eof, Status: "exit 1"}}},
			{Fault: stdio.FaultIgnoresSigterm, Examples: []faultdaemon.Example{{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Outlives: "SIGTERM"}}},
			{Fault: "own", Examples: []faultdaemon.Example{{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Closes: "stderr"}}},
		},
	},
	"another status": one(stdio.FaultExitMidCall, faultdaemon.Example{Then: eof, Status: "exit 2"},
		"exchange 1: the process: exit 1, want exit 2"),
	"another signal": one(stdio.FaultKilledMidCall, faultdaemon.Example{Got: "po", Then: eof, Status: "signal SEGV"},
		"the process: signal KILL, want signal SEGV"),
	"a status, not a signal": one(stdio.FaultKilledMidCall, faultdaemon.Example{Got: "po", Then: eof, Status: "exit 137"},
		"the process: signal KILL, want exit 137"),
	"alive, not ended": one(stdio.FaultClosesStdout, faultdaemon.Example{Then: eof, Status: "exit 0"},
		"the process: alive, want exit 0"),
	"ended, not alive": one(stdio.FaultExitMidCall, faultdaemon.Example{Then: eof},
		"the process: exit 1, want alive"),
	"ended behind open pipes": one(stdio.FaultChildHoldsPipes, faultdaemon.Example{},
		"the process: exit 1, want alive"),
	"stdout open": one(stdio.FaultNeverReady, faultdaemon.Example{Calls: notRun, Then: eof, Stderr: "server: starting\n"},
		`the client read "" and then open, want "" and then EOF`),
	"another stderr": one(stdio.FaultExitAtStart, faultdaemon.Example{Calls: notRun, Then: eof, Status: "exit 1", Stderr: "error: no module 'server'\n"},
		`stderr has "error: cannot find module 'server'\n", want "error: no module 'server'\n"`),
	"more stderr": one(stdio.FaultExitAtStart, faultdaemon.Example{Calls: notRun, Then: eof, Status: "exit 1", Stderr: "error"},
		`stderr has "error: cannot find module 'server'\n", want "error"`),
	"less stderr": one(stdio.FaultNeverReady, faultdaemon.Example{Calls: notRun, Stderr: "server: starting\nready\n"},
		`stderr has "server: starting\n", want "server: starting\nready\n"`),
	"stderr that is not said": one(stdio.FaultExitAtStart, faultdaemon.Example{Calls: notRun, Then: eof, Status: "exit 1"},
		`stderr has "error: cannot find module 'server'\n", want ""`),
	"stderr ends": one(stdio.FaultClosesStderr, faultdaemon.Example{Got: "pong\n"},
		"stderr has ended, want it to stay open"),
	"stderr does not end": one(stdio.FaultIgnoresEOF, faultdaemon.Example{Got: "pong\n", Closes: "stderr", Outlives: "EOF"},
		"stderr is open, want its end"),
	"the start fails otherwise": one(stdio.FaultNotExecutable, faultdaemon.Example{Calls: notRun, Fails: "start: ENOENT"},
		"permission denied; want start: ENOENT"),
	"the start fails": one(stdio.FaultNotFound, faultdaemon.Example{Got: "pong\n"},
		"no such file or directory; want no error"),
	"the start succeeds": one(stdio.FaultExitMidCall, faultdaemon.Example{Calls: notRun, Fails: "start: ENOENT"},
		"the client's start succeeds, want start: ENOENT"),
	"the write succeeds": one(stdio.FaultIgnoresEOF, faultdaemon.Example{Got: "pong\n", Fails: "write: EPIPE", Outlives: "EOF"},
		"the client's write succeeds, want write: EPIPE"),
	"the write does not block": one(stdio.FaultIgnoresEOF, faultdaemon.Example{
		Send: strings.Repeat("x", 65537), Calls: notRun, Fails: "write: blocks", Outlives: "EOF",
	}, "the client's write succeeds, want write: blocks"),
	"the write blocks": one(stdio.FaultStdinNotRead, faultdaemon.Example{
		Send: strings.Repeat("x", 65537), Calls: notRun, Fails: "write: EPIPE",
	}, "i/o timeout; want write: EPIPE"),
	"ends with its client": one(stdio.FaultClosesStderr, faultdaemon.Example{Got: "pong\n", Closes: "stderr", Outlives: "EOF"},
		"when its client has left: the process: exit 0, want alive"),
	"outlives its client": one(stdio.FaultIgnoresEOF, faultdaemon.Example{Got: "pong\n"},
		"when its client has left: the process: alive, want exit 0"),
	"ends by SIGTERM": one(stdio.FaultIgnoresEOF, faultdaemon.Example{Got: "pong\n", Outlives: "SIGTERM"},
		"after SIGTERM: the process: signal TERM, want alive"),
	"does not end by SIGTERM": one(stdio.FaultIgnoresSigterm, faultdaemon.Example{Got: "pong\n", Outlives: "EOF"},
		"after SIGTERM: the process: alive, want signal TERM"),
	"leaves with an error": {
		spawned: true, does: exitsWith3, stage: faultdaemon.StageProcess,
		cases: one("own", faultdaemon.Example{Got: "pong\n"}, "").cases,
		says:  "when its client has left: the process: exit 3, want exit 0",
	},
	"a process too early": one(stdio.FaultSlowStart, faultdaemon.Example{With: "1ms", Got: "pong\n", After: time.Minute, Stderr: "server: starting\n"},
		"want after 1m0s"),
	"calls of a process": one(stdio.FaultExitMidCall, faultdaemon.Example{Calls: notRun, Then: eof, Status: "exit 1"},
		"the daemon has recorded 1 calls, want 0"),
	"nothing that a healthy process does not do": one(stdio.FaultRestartGap, faultdaemon.Example{With: "0", Conns: 2, Got: "pong\n"},
		"every example of restart_gap passes with the fault switched off"),
}

// exitsWith3 has a process exit with status 3 when its connection ends.
func exitsWith3(e *faultdaemon.Exchange) error {
	e.Acted("exit with status 3 at the end")
	return e.Conn().(*stdio.Conn).Exit(e.Context(), 3)
}

// processesWith returns the processes that have a variable in their environment,
// where the system tells.
func processesWith(t *testing.T, variable string) (found []string) {
	t.Helper()
	environs, err := filepath.Glob("/proc/[0-9]*/environ")
	require.NoError(t, err)
	for _, file := range environs {
		text, err := os.ReadFile(file)
		if err == nil && slices.ContainsFunc(bytes.Split(text, []byte{0}), func(v []byte) bool { return string(v) == variable }) {
			found = append(found, filepath.Dir(file))
		}
	}
	return found
}
