package faulttest_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
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
	namesItsFaults(t)
	respawn.Serve()
	dir, err := os.MkdirTemp("", "fd") // a short path, for sockets
	require.NoError(t, err)
	defer func() { require.NoError(t, os.RemoveAll(dir)) }()
	t.Setenv("TMPDIR", dir)
	var held files
	defer held.close()
	reports := judge(t, map[string]spawnCase{
		"leaves its server":                    {endsBy(closesStdin), stdio.FaultIgnoresEOF, faulttest.Leaked, "unsafe"},
		"leaves two":                           {both(endsBy(closesStdin)), stdio.FaultIgnoresEOF, faulttest.Leaked, "unsafe"},
		"leaves a server that ignores SIGTERM": {endsBy(sendsSIGTERM), stdio.FaultIgnoresSigterm, faulttest.Leaked, "unsafe"},
		"hangs":                                {endsBy(terminates), stdio.FaultIgnoresSigterm, faulttest.Hung, "unsafe"},
		"crashes":                              {crashes, faultdaemon.FaultCloseAfterRead, faulttest.Crashed, "unsafe"},
		"leaves a server that is blocked":      {held.leavesBlocked, stdio.FaultStderrFlood, faulttest.TimedOut, "overstrict"},
		"leaves who holds the pipes":           {leavesHolder, stdio.FaultChildHoldsPipes, faulttest.Rejected, "ok"},
	})
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
	require.Empty(t, withinCommandLine(t, dir))

	self, err := os.Executable()
	require.NoError(t, err)
	leak := "process: " + self + " -test.run=^TestSpawnLeavesNothing$ -test.count=1 faultdaemon-server --socket={socket}"
	for name, leaks := range map[string][]string{
		"leaves its server": {leak}, "leaves two": {leak, leak}, "leaves a server that ignores SIGTERM": {leak},
		"hangs": nil, "crashes": nil, "leaves a server that is blocked": nil, "leaves who holds the pipes": nil,
	} {
		require.Equal(t, leaks, reports[name].Results[0].Leaks, "%s", name)
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

// files are kept open for a while.
type files struct {
	mu   sync.Mutex
	list []*os.File
}

func (f *files) keep(file *os.File) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, file)
}

func (f *files) close() {
	for _, file := range f.list {
		_ = file.Close()
	}
}

// leavesBlocked does nothing when a call fails about a server that waits for a reader
// of its stderr, which stays open: that server does not see that its daemon has gone.
func (f *files) leavesBlocked(ctx context.Context, cmd *exec.Cmd) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	f.keep(r)
	cmd.Stderr = w
	s, err := startServer(cmd)
	_ = w.Close()
	if err != nil {
		return "", err
	}
	answer, err := libraryCalls(1)(ctx, newLibrary(s.stdout, s.stdin))
	if err == nil {
		s.end()
	}
	return answer, err
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
