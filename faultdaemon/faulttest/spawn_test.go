package faulttest_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

type spawner = func(context.Context, *exec.Cmd) (string, error)

// busy is a deadline that a client keeps also when the machine is busy with other
// tests.
const busy = time.Second

// The verdicts of a correct client that makes two calls, under the faults of
// processes, written by hand.
var verdictsOfSpawns = map[faultdaemon.Fault]faulttest.Verdict{
	"not_found":           faulttest.Rejected,
	"not_executable":      faulttest.Rejected,
	"exit_at_start":       faulttest.Rejected,
	"slow_start":          faulttest.Survived,
	"never_ready":         faulttest.TimedOut,
	"restart_gap":         faulttest.Rejected,
	"exit_mid_call":       faulttest.Rejected,
	"killed_mid_call":     faulttest.Rejected,
	"ignores_eof":         faulttest.Survived,
	"ignores_sigterm":     faulttest.Survived,
	"child_holds_pipes":   faulttest.Rejected,
	"dirty_stdout":        faulttest.Rejected,
	"crlf_stdout":         faulttest.Survived,
	"stderr_flood":        faulttest.Survived,
	"stderr_binary":       faulttest.Survived,
	"stderr_endless_line": faulttest.Survived,
	"closes_stderr":       faulttest.Survived,
	"closes_stdin":        faulttest.Rejected,
	"closes_stdout":       faulttest.Rejected,
	"stdin_not_read":      faulttest.TimedOut,
}

func TestSpawnACorrectClient(t *testing.T) {
	report := faulttest.JudgeSpawn(t, statusDaemon(), spawns, &faulttest.Options{Deadline: busy})
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	require.Len(t, report.Results, len(faultdaemon.Builtin().All())+len(stdio.Faults.All()))
}

// Three runs give the same report, but for the times. The deadline is one that the
// machine can be busy in.
func TestSpawnVerdictsOfACorrectClient(t *testing.T) {
	namesItsFaults(t)
	var only []faultdaemon.Fault
	for _, info := range stdio.Faults.All() {
		only = append(only, info.Name)
	}
	require.Len(t, verdictsOfSpawns, len(only))
	var reports [3]map[faultdaemon.Fault]string
	for i := range reports {
		report := faulttest.JudgeSpawn(t, statusDaemon(), spawns, &faulttest.Options{Deadline: busy, Only: only})
		require.NoError(t, report.Err)
		require.True(t, report.OK(), "%s", report)
		reports[i] = make(map[faultdaemon.Fault]string)
		for _, r := range report.Results {
			reports[i][r.Fault] = string(r.Verdict) + ", " + string(r.Grade) + ", " + r.Why
			require.Equal(t, verdictsOfSpawns[r.Fault], r.Verdict, "%s", r.Explain(""))
		}
	}
	require.Equal(t, reports[0], reports[1])
	require.Equal(t, reports[0], reports[2])
}

// A client that does not say how its server ended passes, with a note.
func TestSpawnNotesErrorsThatDoNotExplain(t *testing.T) {
	const note = "the error says neither how the server ended nor what it wrote to stderr last"
	ends := []faultdaemon.Fault{"exit_at_start", "exit_mid_call(3, request)", "killed_mid_call"}
	require.Equal(t, []string{note, note, note, ""}, notesOn(t, spawns, append(ends, "closes_stdout")))
	require.Equal(t, []string{"", "", ""}, notesOn(t, func(ctx context.Context, cmd *exec.Cmd) (string, error) {
		c, err := startClient(ctx, fresh(cmd))
		if err != nil {
			return "", err
		}
		defer c.Close()
		answer, err := libraryCalls(2)(ctx, c.library)
		if err == nil {
			return answer, nil
		}
		select {
		case <-c.server.exited:
			return "", fmt.Errorf("%s: %w", c.server.cmd.ProcessState, err)
		case <-ctx.Done():
			return "", err
		}
	}, ends))
}

// notesOn are the notes on a client, all of whose results pass.
func notesOn(t *testing.T, c spawner, faults []faultdaemon.Fault) (notes []string) {
	t.Helper()
	report := faulttest.JudgeSpawn(t, statusDaemon(), c, &faulttest.Options{Deadline: busy, Only: faults})
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	for _, r := range report.Results {
		notes = append(notes, r.Note)
	}
	return notes
}

// Without options a silence takes 300 ms.
func TestSpawnByDefault(t *testing.T) {
	report := faulttest.JudgeSpawn(t, statusDaemon(), spawns, nil)
	require.NoError(t, report.Err)
	require.Less(t, report.Patience, 700*time.Millisecond, "also when the machine is busy")
	require.Greater(t, report.Patience, 100*time.Millisecond)
}

func TestSpawnHasASubtestForEachFault(t *testing.T) {
	faulttest.Spawn(t, statusDaemon(), spawns, &faulttest.Options{
		Deadline: busy, Only: []faultdaemon.Fault{stdio.FaultNotFound, stdio.FaultClosesStderr, "restart_gap(1)"}})
}

func TestSpawnOptionsThatMakeNoSense(t *testing.T) {
	for want, opts := range map[string]*faulttest.Options{
		"Options.Isolate is set":     {Isolate: true},
		`Options.Socket is "/tmp/s"`: {Socket: "/tmp/s"},
	} {
		require.ErrorContains(t, faulttest.JudgeSpawn(t, statusDaemon(), spawns, opts).Err, want)
	}
}

// A client that does not do its part is told what that is.
func TestSpawnWithoutAServer(t *testing.T) {
	for want, client := range map[string]spawner{
		"the client never started its server":     func(context.Context, *exec.Cmd) (string, error) { return "fine", nil },
		`the client returned the error "no luck"`: func(context.Context, *exec.Cmd) (string, error) { return "", errors.New("no luck") },
	} {
		report := faulttest.JudgeSpawn(t, statusDaemon(), client, nil)
		require.ErrorContains(t, report.Err, want)
		require.ErrorContains(t, report.Err, "start the command that it is given")
	}
}

// The catalogue of processes may be in the config as well.
func TestSpawnWithItsCatalogueInTheConfig(t *testing.T) {
	cfg := statusDaemon()
	cfg.Catalogues = []*faultdaemon.Catalogue{stdio.Faults}
	report := faulttest.JudgeSpawn(t, cfg, spawns, &faulttest.Options{Only: []faultdaemon.Fault{stdio.FaultNotFound}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Rejected, report.Results[0].Verdict)
	require.Zero(t, report.Results[0].Connections)
}

// spins restarts its server without a pause.
func spins(ctx context.Context, cmd *exec.Cmd) (answer string, err error) {
	for ctx.Err() == nil {
		if answer, err = uses(libraryCalls(1))(ctx, fresh(cmd)); err == nil {
			break
		}
	}
	return answer, err
}

// A client has time for eleven starts, and makes them.
func TestSpun(t *testing.T) {
	namesItsFaults(t)
	report := faulttest.JudgeSpawn(t, statusDaemon(), spins, &faulttest.Options{
		Deadline: 2 * time.Second, Only: []faultdaemon.Fault{stdio.FaultRestartGap, "restart_gap(9)"}})
	require.NoError(t, report.Err)
	require.Equal(t, faulttest.Spun, report.Results[0].Verdict)
	require.Regexp(t, `^it started its server 14 times in [0-9.]+m?s; 10 times in 2s are allowed$`, report.Results[0].Why)
	require.Equal(t, "try again with growing pauses, and give up after a few tries", report.Results[0].Cure)
	require.False(t, report.Results[0].OK)
	require.Equal(t, faulttest.Spun, report.Results[1].Verdict, "eleven starts")
	require.True(t, strings.HasPrefix(report.Results[1].Why, "it started its server 11 times in "))
}
