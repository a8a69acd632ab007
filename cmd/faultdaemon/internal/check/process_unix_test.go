//go:build unix

package check

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The test binary is the client, too, when roleVar says which.
const (
	roleVar     = "CHECK_TEST_ROLE"
	observerVar = "CHECK_TEST_OBSERVER" // a socket that processes connect to for as long as they live
	lockVar     = "CHECK_TEST_LOCK"     // a file that is there while one runs that wants to be alone
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVar) {
	case "parent that hangs":
		startChild()
		hang(observe())
	case "parent that leaves":
		startChild()
		fmt.Println("left")
		os.Exit(3)
	case "child":
		conn := observe()
		fmt.Println("connected")
		hang(conn)
	case "hermit":
		os.Exit(hermit())
	default:
		os.Exit(m.Run())
	}
}

// hermit asks its daemon, and rejects what comes or gives up after 300 ms,
// unless another one runs.
func hermit() int {
	lock, err := os.OpenFile(os.Getenv(lockVar), os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		fmt.Println("not alone")
		return 0
	}
	defer func() { must(os.Remove(lock.Name())) }()
	conn, err := net.Dial("unix", os.Getenv("FAULTDAEMON_SOCKET"))
	must(err)
	_, err = io.WriteString(conn, "ping\n")
	must(err)
	must(conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond)))
	_, _ = io.Copy(io.Discard, conn)
	return 1
}

// startChild starts a process that shares the stderr, and waits until the
// observer knows it.
func startChild() {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), roleVar+"=child")
	child.Stderr = os.Stderr
	stdout, err := child.StdoutPipe()
	must(err)
	must(child.Start())
	_, err = bufio.NewReader(stdout).ReadString('\n')
	must(err)
}

func observe() net.Conn {
	conn, err := net.Dial("unix", os.Getenv(observerVar))
	must(err)
	return conn
}

// hang waits for something that does not come, a minute at most.
func hang(conn net.Conn) {
	must(conn.SetReadDeadline(time.Now().Add(time.Minute)))
	_, _ = io.Copy(io.Discard, conn)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// newBench returns a bench for the test binary in a role, and the observer.
func newBench(t *testing.T, role string) (*bench, net.Listener) {
	t.Helper()
	dir, err := os.MkdirTemp("", "fd")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	observer, err := net.Listen("unix", filepath.Join(dir, "o"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = observer.Close() })
	t.Setenv(roleVar, role)
	t.Setenv(observerVar, observer.Addr().String())
	t.Setenv("GORACE", "atexit_sleep_ms=0")
	self, err := os.Executable()
	require.NoError(t, err)
	return &bench{opts: Options{Client: []string{self}, Deadline: time.Minute}, dir: dir}, observer
}

// What is doubtful is run again, one after the other; what is not is left.
func TestDoubtfulRunsAreRepeatedAlone(t *testing.T) {
	b, _ := newBench(t, "hermit")
	t.Setenv(lockVar, filepath.Join(b.dir, "lock"))
	b.opts.Parallel = 8
	var progress [][2]int
	b.opts.Progress = func(done, total int) { progress = append(progress, [2]int{done, total}) }

	// The client waits for a minute, so that 20 s are neither at once nor all.
	late := func() *trial { return ran(20_000, 1, "", at(12, faultdaemon.EventClosed)) }
	chosen, err := choices([]faultdaemon.Fault{"close_after_read", "reset_after_read", "panic_in_handler", "half_close"})
	require.NoError(t, err)
	hung := killedAt(60_000, at(9, faultdaemon.EventAccepted))
	silent := ran(60_010, 1, "")
	s := &series{withSilences(chosen), []*trial{late(), late(), late(), hung, silent, silent}}
	healthy := ran(20, 0, "pong\n", at(11, faultdaemon.EventReplied))
	require.NoError(t, b.again(t.Context(), healthy, s))

	j := s.judge(healthy, b.opts.Deadline)
	for i := range 3 {
		r := s.result(j, i)
		assert.Equal(t, Rejected, r.Verdict, "%s: %q", r.Fault, r.trial.stdout.kept)
	}
	assert.Same(t, hung, s.trials[3])
	assert.Same(t, silent, s.trials[4])
	assert.Same(t, silent, s.trials[5])
	assert.Equal(t, [][2]int{{0, 3}, {1, 3}, {2, 3}, {3, 3}}, progress)
}

// The others are judged by what the silent faults tell the second time.
func TestTheSilentFaultsAreRepeatedFirst(t *testing.T) {
	b, _ := newBench(t, "hermit")
	t.Setenv(lockVar, filepath.Join(b.dir, "lock"))
	b.opts.Parallel = 8
	chosen, err := choices([]faultdaemon.Fault{"close_after_read"})
	require.NoError(t, err)
	healthy := ran(20, 0, "pong\n", at(11, faultdaemon.EventReplied))

	// 10 s are at once for a client that never gives up in a minute.
	late, unconnected := ran(10_000, 1, "", at(12, faultdaemon.EventClosed)), killedAt(60_000)
	s := &series{withSilences(chosen), []*trial{late, unconnected, unconnected}}
	require.True(t, s.result(s.judge(healthy, b.opts.Deadline), 0).Right)
	require.NoError(t, b.again(t.Context(), healthy, s))
	for i, first := range []*trial{late, unconnected, unconnected} {
		assert.NotSame(t, first, s.trials[i])
	}
}

// dies waits until the process at the other end has ended.
func dies(t *testing.T, conn net.Conn) {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(20*time.Second)))
	_, err := conn.Read(make([]byte, 1))
	assert.ErrorIs(t, err, io.EOF)
	_ = conn.Close()
}

func TestCancellingKillsAllTheClientsProcesses(t *testing.T) {
	b, observer := newBench(t, "parent that hangs")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	result := make(chan error, 1)
	go func() {
		_, err := b.try(ctx, faultdaemon.FaultNone)
		result <- err
	}()
	var conns [2]net.Conn
	for i := range conns {
		conn, err := observer.Accept()
		require.NoError(t, err)
		conns[i] = conn
	}
	cancel()
	assert.ErrorIs(t, <-result, context.Canceled)
	for _, conn := range conns {
		dies(t, conn)
	}
}

func TestWhatAClientLeavesBehindIsKilled(t *testing.T) {
	b, observer := newBench(t, "parent that leaves")
	got, err := b.try(t.Context(), faultdaemon.FaultNone)
	require.NoError(t, err)
	assert.Equal(t, 3, got.exit)
	assert.False(t, got.killed)
	assert.Equal(t, []string{"left"}, got.stdout.lines())
	conn, err := observer.Accept()
	require.NoError(t, err)
	dies(t, conn)
}
