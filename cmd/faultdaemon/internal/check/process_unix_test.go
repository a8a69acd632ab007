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
	default:
		os.Exit(m.Run())
	}
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
