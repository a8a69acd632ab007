package main

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A spawnedBug is a bug of the clients in testdata/spawned, and a fault that has to
// catch it.
type spawnedBug struct {
	bug   string
	fault faultdaemon.Fault
	want  verdict.Verdict
	flags string                     // of the client
	only  map[string]verdict.Verdict // where a language makes something else of it
}

var spawnedBugs = []spawnedBug{
	{bug: "start_error_unhandled", fault: "not_found", want: verdict.Crashed},
	{bug: "start_error_unhandled", fault: "not_executable", want: verdict.Crashed},
	{bug: "only_enoent_handled", fault: "not_executable", want: verdict.Crashed},
	{bug: "handshake_unguarded", fault: "exit_at_start", want: verdict.Crashed},
	{bug: "handshake_optional", fault: "slow_start(500ms)", want: verdict.WrongAnswer},
	{bug: "no_start_deadline", fault: "never_ready", want: verdict.Hung},
	{bug: "restarts_at_once", fault: "restart_gap", want: verdict.Spun, flags: "--timeout 2500"},
	{bug: "status_0_is_success", fault: "exit_mid_call(0)", want: verdict.WrongAnswer},
	{bug: "partial_is_answer", fault: "exit_mid_call(1, reply)", want: verdict.WrongAnswer},
	{bug: "signal_is_success", fault: "killed_mid_call", want: verdict.WrongAnswer},
	{bug: "close_waits", fault: "ignores_eof", want: verdict.Hung},
	{bug: "close_leaves", fault: "ignores_eof", want: verdict.Leaked},
	{bug: "sigterm_waits", fault: "ignores_sigterm", want: verdict.Hung},
	{bug: "sigterm_leaves", fault: "ignores_sigterm", want: verdict.Leaked},
	{bug: "exit_waits_for_pipes", fault: "child_holds_pipes", want: verdict.Hung},
	{bug: "any_line_is_reply", fault: "dirty_stdout", want: verdict.WrongAnswer},
	{bug: "any_line_is_reply", fault: "dirty_stdout(progress)", want: verdict.WrongAnswer},
	{bug: "parse_error_unhandled", fault: "dirty_stdout", want: verdict.Crashed},
	{bug: "parse_error_unhandled", fault: "dirty_stdout(partial)", want: verdict.Crashed},
	{bug: "keeps_cr", fault: "crlf_stdout", want: verdict.WrongAnswer},
	{bug: "stderr_not_drained", fault: "stderr_flood", want: verdict.TimedOut},
	{bug: "stderr_strict_utf8", fault: "stderr_binary", want: verdict.Crashed, only: map[string]verdict.Verdict{"go": verdict.Rejected}},
	{bug: "stderr_line_limit", fault: "stderr_endless_line", want: verdict.TimedOut},
	{bug: "stderr_eof_is_death", fault: "closes_stderr", want: verdict.Rejected},
	{bug: "write_error_unhandled", fault: "closes_stdin", want: verdict.Crashed},
	{bug: "eof_waits_for_exit", fault: "closes_stdout", want: verdict.Hung},
	{bug: "no_write_deadline", fault: "stdin_not_read", want: verdict.Hung, flags: "--pad 524288"},
}

// Without a bug, every fault that a process can have is passed; each bug fails under
// its fault.
func TestSpawned(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are told by their environment on Linux alone")
	}
	dir := t.TempDir()
	tool := buildGo(t, dir, "faultdaemon", ".")
	for language, client := range map[string][]string{
		"go":     {buildGo(t, dir, "goclient", "./testdata/spawned/goclient")},
		"python": {"python3", "testdata/spawned/client.py"},
		"node":   {"node", "testdata/spawned/client.mjs"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(client[0]); err != nil {
				t.Skipf("no %s", client[0])
			}
			t.Run("right", func(t *testing.T) {
				t.Parallel()
				faults := processFaults()
				results := checkSpawned(t, tool, append(client, "--pad", "524288"), faults...)
				require.Len(t, results, len(faults))
				for _, r := range results {
					assert.True(t, r.OK, "%s: %s (%s)", r.Fault, r.Verdict, r.Grade)
					assert.NotEqual(t, verdict.Untested, r.Verdict, string(r.Fault))
				}
			})
			for _, row := range spawnedBugs {
				t.Run(row.bug+" "+string(row.fault), func(t *testing.T) {
					t.Parallel()
					want := row.want
					if other, found := row.only[language]; found {
						want = other
					}
					args := append(client, "--bug", row.bug)
					results := checkSpawned(t, tool, append(args, strings.Fields(row.flags)...), row.fault)
					require.Len(t, results, 1)
					assert.Equal(t, want, results[0].Verdict)
					assert.False(t, results[0].OK)
				})
			}
		})
	}
}

// Every fault of processes has a bug that it catches.
func TestSpawnedBugsCoverTheCatalogue(t *testing.T) {
	caught := make(map[string]bool)
	for _, row := range spawnedBugs {
		name, _, _ := strings.Cut(string(row.fault), "(")
		caught[name] = true
	}
	for _, info := range stdio.Faults.All() {
		assert.True(t, caught[string(info.Name)], "no bug for %s", info.Name)
	}
}

// processFaults are all that a spawned server can have, with more than their
// defaults where the arguments make another fault of it.
func processFaults() (faults []faultdaemon.Fault) {
	for _, info := range stdio.Faults.All() {
		faults = append(faults, info.Name)
	}
	return append(faults, "exit_at_start(0)", "exit_mid_call(0)", "exit_mid_call(137, request)", "exit_mid_call(0, reply)",
		"killed_mid_call(SEGV, request)", "dirty_stdout(banner)", "dirty_stdout(colour)", "dirty_stdout(bom)",
		"dirty_stdout(progress)", "dirty_stdout(partial)", "restart_gap(1)")
}

// A spawnedResult is what matters here of a result in check's JSON.
type spawnedResult struct {
	Fault   faultdaemon.Fault
	Verdict verdict.Verdict
	Grade   verdict.Grade
	OK      bool
}

// checkSpawned returns what check says of a client.
func checkSpawned(t *testing.T, tool string, client []string, faults ...faultdaemon.Fault) []spawnedResult {
	t.Helper()
	args := []string{
		"check", "--protocol", "jsonrpc", "--methods", "testdata/spawned/methods.json", "--timeout", "4s", "--jobs", "4", "--format", "json",
	}
	for _, fault := range faults {
		args = append(args, "--fault", string(fault))
	}
	args = append(append(append(args, "--"), client...), "{server-json}")
	var stderr strings.Builder
	cmd := exec.Command(tool, args...)
	cmd.Stderr = &stderr
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0") // the race detector's second before every exit is no silence
	out, err := cmd.Output()
	if exit := new(exec.ExitError); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		require.NoError(t, err, stderr.String())
	}
	var document struct {
		Clients []struct {
			Report struct{ Results []spawnedResult }
		}
	}
	require.NoError(t, json.Unmarshal(out, &document), stderr.String())
	require.Len(t, document.Clients, 1)
	return document.Clients[0].Report.Results
}

// buildGo builds a command.
func buildGo(t *testing.T, dir, name, source string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	out, err := exec.Command("go", "build", "-o", path, source).CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}
