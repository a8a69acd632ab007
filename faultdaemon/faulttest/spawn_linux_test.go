package faulttest_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/respawn"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// Whatever the client does, neither a process nor a file is left.
func TestSpawnLeavesNothing(t *testing.T) {
	respawn.Serve()
	for name, c := range map[string]struct {
		client spawner
		fault  faultdaemon.Fault
		want   faulttest.Verdict
		leaks  int
	}{
		"leaves its server":                    {endsBy(closesStdin), stdio.FaultIgnoresEOF, faulttest.Leaked, 1},
		"leaves two":                           {both(endsBy(closesStdin)), stdio.FaultIgnoresEOF, faulttest.Leaked, 2},
		"leaves a server that ignores SIGTERM": {endsBy(sendsSIGTERM), stdio.FaultIgnoresSigterm, faulttest.Leaked, 1},
		"hangs":                                {endsBy(terminates), stdio.FaultIgnoresSigterm, faulttest.Hung, 0},
		"crashes":                              {crashes, faultdaemon.FaultCloseAfterRead, faulttest.Crashed, 0},
		"leaves who holds the pipes":           {leavesHolder, stdio.FaultChildHoldsPipes, faulttest.Rejected, 0},
	} {
		t.Run(name, func(t *testing.T) {
			respawn.Serve()
			dir, err := os.MkdirTemp("", "fd") // a short path, for sockets
			require.NoError(t, err)
			defer func() { require.NoError(t, os.RemoveAll(dir)) }()
			t.Setenv("TMPDIR", dir)
			report := faulttest.JudgeSpawn(t, statusDaemon(), c.client, &faulttest.Options{Only: []faultdaemon.Fault{c.fault}})
			require.NoError(t, report.Err)
			result := report.Results[0]
			require.Equal(t, c.want, result.Verdict, "%s", result.Explain(""))
			require.Len(t, result.Leaks, c.leaks)
			self, err := os.Executable()
			require.NoError(t, err)
			for _, leak := range result.Leaks {
				require.Equal(t, "process: "+self+" -test.run="+respawn.OnlyTest(t.Name())+" -test.count=1 faultdaemon-server --socket={socket}", leak)
			}
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Empty(t, entries)
			require.Empty(t, withinCommandLine(t, dir))
		})
	}
}

// withinCommandLine returns the command lines of processes that contain a text.
func withinCommandLine(t *testing.T, text string) (list []string) {
	paths, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	for _, path := range paths {
		line, _ := os.ReadFile(path) // it may have ended
		if strings.Contains(string(line), text) {
			list = append(list, string(line))
		}
	}
	return list
}

func closesStdin(s *server) { _, _ = s.stdin.Close(), s.stdout.Close() }

func sendsSIGTERM(s *server) {
	closesStdin(s)
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
}

// both starts two servers.
func both(client spawner) spawner {
	return func(ctx context.Context, cmd *exec.Cmd) (string, error) {
		if answer, err := client(ctx, fresh(cmd)); err != nil {
			return answer, err
		}
		return client(ctx, fresh(cmd))
	}
}

// crashes takes an error for impossible.
func crashes(ctx context.Context, cmd *exec.Cmd) (string, error) {
	s, err := startServer(cmd)
	if err != nil {
		return "", err
	}
	answer, err := newLibrary(s.stdout, s.stdin).Call(ctx, "status")
	if err != nil {
		panic(err)
	}
	s.end()
	return answer, nil
}

// leavesHolder keeps stdout open until the run is over, and so does who holds its
// other end.
func leavesHolder(ctx context.Context, cmd *exec.Cmd) (string, error) {
	s, err := startServer(cmd)
	if err != nil {
		return "", err
	}
	context.AfterFunc(ctx, func() { _ = s.stdout.Close() })
	answer := make(chan outcomeOfCall, 1)
	go func() {
		text, err := (&library{lineClient: newLibrary(s.stdout, s.stdin).lineClient, stdout: s.stdout, stdin: s.stdin}).call("status")
		answer <- outcomeOfCall{text, err}
	}()
	select {
	case a := <-answer:
		_ = s.stdin.Close()
		<-s.exited
		return a.text, a.err
	case <-s.exited:
		return "", errServerEnded
	case <-ctx.Done():
		_ = cmd.Process.Kill()
		<-s.exited
		return "", ctx.Err()
	}
}

type outcomeOfCall struct {
	text string
	err  error
}
