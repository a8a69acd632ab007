//go:build unix

package check

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
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

// observedRunner returns a runner for the test binary in a role, and the observer.
func observedRunner(t *testing.T, role string) (*runner, net.Listener) {
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
	return newRunner(Options{Client: []string{self}, Deadline: time.Minute}, dir), observer
}

// start is when the runs that these tests make up begin.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// at returns an event of connection 1, so many milliseconds after the start.
func at(ms int, kind faultdaemon.EventKind) faultdaemon.Event {
	return faultdaemon.Event{Time: start.Add(time.Duration(ms) * time.Millisecond), Kind: kind, Connection: 1, Exchange: 1}
}

// failed is a run that failed, so many milliseconds after its start.
func failed(ms int, more ...faultdaemon.Event) *verdict.Observation {
	return &verdict.Observation{
		Started: start, Ended: start.Add(time.Duration(ms) * time.Millisecond), Err: errors.New("exit status 1"), Fired: 1,
		Log: append(verdict.Log{at(9, faultdaemon.EventAccepted), at(10, faultdaemon.EventRead)}, more...),
	}
}

// hung is a run that was killed.
func hung(log ...faultdaemon.Event) *verdict.Observation {
	return &verdict.Observation{Started: start, Ended: start.Add(time.Minute), Hung: true, Log: log}
}

func casesOf(t *testing.T, faults ...faultdaemon.Fault) []verdict.Case {
	t.Helper()
	cases, err := verdict.Named(faultdaemon.Builtin(), faults)
	require.NoError(t, err)
	return withSilences(cases)
}

var healthyClient = &verdict.Client{Deadline: time.Minute, RealClock: true, Equal: func(a, b any) bool { return a == b }}

// What is doubtful is run again, one after the other; what is not is left.
func TestDoubtfulRunsAreRepeatedAlone(t *testing.T) {
	r, _ := observedRunner(t, "hermit")
	t.Setenv(lockVar, filepath.Join(r.dir, "lock"))
	var progress [][2]int
	r.opts.Progress = func(p Progress) {
		assert.LessOrEqual(t, len(p.Running), 1)
		progress = append(progress, [2]int{p.Done, p.Total})
	}
	// The client waits for a minute, so that 20 s are neither at once nor all.
	late := func() *verdict.Observation { return failed(20_000, at(12, faultdaemon.EventClosed)) }
	rs := &runs{cases: casesOf(t, "close_after_read", "reset_after_read", "panic_in_handler", "half_close")}
	stuck, silent := hung(at(9, faultdaemon.EventAccepted)), failed(60_010)
	rs.made = []*verdict.Observation{late(), late(), late(), stuck, silent, silent}
	require.NoError(t, r.rerun(t.Context(), healthyClient, rs))

	known := rs.client(healthyClient)
	for i := range 3 {
		res := rs.result(known, i)
		assert.Equal(t, verdict.Rejected, res.Verdict, "%s: %q", res.Fault, res.Output)
	}
	assert.Same(t, stuck, rs.made[3])
	assert.Same(t, silent, rs.made[4])
	assert.Same(t, silent, rs.made[5])
	assert.Equal(t, [][2]int{{0, 3}, {0, 3}, {1, 3}, {1, 3}, {2, 3}, {2, 3}, {3, 3}}, progress)
}

// More than a few are made again several at once, which start one at a time; those
// that pass then are not made again alone.
func TestManyDoubtfulRunsAreFirstRepeatedTogether(t *testing.T) {
	r, _ := observedRunner(t, "hermit")
	r.opts.Env = []string{lockVar + "={socket}.lock"} // none is in another's way
	most, done := 0, 0
	r.opts.Progress = func(p Progress) { most, done = max(most, len(p.Running)), p.Done }
	late := func() *verdict.Observation { return failed(20_000, at(12, faultdaemon.EventClosed)) }
	rs := &runs{cases: casesOf(t, "close_after_read", "reset_after_read", "panic_in_handler", "ack_lost")}
	silent := failed(60_010)
	rs.made = []*verdict.Observation{late(), late(), late(), late(), silent, silent}
	require.NoError(t, r.rerun(t.Context(), healthyClient, rs))
	for i := range 4 {
		res := rs.result(rs.client(healthyClient), i)
		assert.Equal(t, verdict.Rejected, res.Verdict, "%s: %q", res.Fault, res.Output)
	}
	assert.Greater(t, most, 1)
	assert.Equal(t, 4, done)
	assert.Equal(t, 1, cap(r.starts))
}

// The others are judged by what the silent faults tell the second time.
func TestTheSilentFaultsAreRepeatedFirst(t *testing.T) {
	r, _ := observedRunner(t, "hermit")
	t.Setenv(lockVar, filepath.Join(r.dir, "lock"))

	// 10 s are at once for a client that never gives up in a minute.
	late, unconnected := failed(10_000, at(12, faultdaemon.EventClosed)), hung()
	rs := &runs{cases: casesOf(t, "close_after_read"), made: []*verdict.Observation{late, unconnected, unconnected}}
	require.True(t, rs.result(rs.client(healthyClient), 0).OK)
	require.NoError(t, r.rerun(t.Context(), healthyClient, rs))
	for i, first := range []*verdict.Observation{late, unconnected, unconnected} {
		assert.NotSame(t, first, rs.made[i])
	}
}

// A wait that a busy machine has made longer is measured again where a result
// depends on it; the others are made again until they pass, three times at most.
func TestAShortWaitIsMeasuredAgain(t *testing.T) {
	r, _ := observedRunner(t, "hermit")
	t.Setenv(lockVar, filepath.Join(r.dir, "lock"))
	known := *healthyClient
	reply := at(12, faultdaemon.EventReplied)
	reply.Bytes = 5
	known.Learn(*failed(20, reply))
	rs := &runs{cases: casesOf(t, "very_slow_response")}
	// The client gives up after 300 ms, and after 900 ms on a busy machine.
	inflated := func() *verdict.Observation { return failed(910) }
	rs.made = []*verdict.Observation{failed(320), inflated(), inflated()}
	require.False(t, rs.result(rs.client(&known), 0).OK)
	require.NoError(t, r.rerun(t.Context(), &known, rs))
	patience := rs.client(&known).Patience
	assert.Less(t, patience.Reply, 900*time.Millisecond)
	assert.Less(t, patience.Service, 900*time.Millisecond)
	assert.True(t, rs.result(rs.client(&known), 0).OK)

	// A wait that was shorter the first time stays.
	first := failed(210)
	rs.made = []*verdict.Observation{failed(20), first, first}
	require.False(t, rs.result(rs.client(&known), 0).OK)
	require.NoError(t, r.rerun(t.Context(), &known, rs))
	assert.Same(t, first, rs.made[1])
	assert.Same(t, first, rs.made[2])
}

// To fail at once twice is no chance.
func TestADoubtfulRunIsMadeUntilItEndsTheSameTwice(t *testing.T) {
	r, _ := observedRunner(t, "hermit")
	t.Setenv(lockVar, filepath.Join(r.dir, "lock"))
	r.lost = func(from, to time.Time) time.Duration { return time.Minute } // however short the run
	begun := 0
	r.opts.Progress = func(p Progress) { begun += len(p.Running) }
	// The client waits for a minute where nothing comes: what comes after 20 s is
	// neither at once nor its own timer, and after 300 ms it is too early.
	silent := failed(60_010)
	rs := &runs{cases: casesOf(t, "partial_response")}
	rs.cases[0].Info.Client = faultdaemon.Survives
	rs.made = []*verdict.Observation{failed(20_000, at(12, faultdaemon.EventWrote)), silent, silent}
	require.NoError(t, r.rerun(t.Context(), healthyClient, rs))
	assert.Equal(t, 2, begun)
}

// To repeat that a client waits for its own timer costs that timer each time.
func TestAClientThatWaitedItOutTwiceIsNotRunAgain(t *testing.T) {
	r, _ := observedRunner(t, "hermit")
	t.Setenv(lockVar, filepath.Join(r.dir, "lock"))
	var begun []faultdaemon.Fault
	r.opts.Progress = func(p Progress) { begun = append(begun, p.Running...) }
	rs := &runs{cases: casesOf(t, "very_slow_response")} // which is to be survived
	silent := failed(310)
	rs.made = []*verdict.Observation{failed(910), silent, silent}
	require.NoError(t, r.rerun(t.Context(), healthyClient, rs))
	silences := verdict.Silences()
	assert.Equal(t, []faultdaemon.Fault{"very_slow_response", silences[0], silences[1], "very_slow_response"}, begun)
}

// Who was late by more than a busy machine may have cost needs no second run.
func TestWhoIsLateAnywayIsNotRunAgain(t *testing.T) {
	r, _ := observedRunner(t, "hermit")
	t.Setenv(lockVar, filepath.Join(r.dir, "lock"))
	r.lost = func(from, to time.Time) time.Duration { return to.Sub(from) / 2 }
	r.opts.Progress = func(p Progress) { assert.Empty(t, p.Running) }
	rs := &runs{cases: casesOf(t, "close_after_read")}
	silent := failed(1010)
	late := failed(1100, at(12, faultdaemon.EventClosed)) // its own timer would end it after a second
	rs.made = []*verdict.Observation{late, silent, silent}
	require.False(t, rs.result(rs.client(healthyClient), 0).OK)
	require.NoError(t, r.rerun(t.Context(), healthyClient, rs))
	assert.Same(t, late, rs.made[0])
}

// On a machine that was not busy a client that failed at once, or after its own
// silence, would do so again.
func TestNothingIsRunAgainWhereTheMachineWasIdle(t *testing.T) {
	r, _ := observedRunner(t, "hermit")
	t.Setenv(lockVar, filepath.Join(r.dir, "lock"))
	r.lost = func(from, to time.Time) time.Duration { return 0 }
	r.opts.Progress = func(p Progress) { assert.Empty(t, p.Running) }
	rs := &runs{cases: casesOf(t, "write_half_then_hang", "close_after_read", "partial_response")}
	silent := failed(1010)
	overstrict, late := failed(300, at(12, faultdaemon.EventWrote)), failed(1020, at(12, faultdaemon.EventClosed))
	rs.made = []*verdict.Observation{overstrict, late, late, silent, silent}
	require.False(t, rs.result(rs.client(healthyClient), 1).OK)
	require.NoError(t, r.rerun(t.Context(), healthyClient, rs))
	assert.Same(t, overstrict, rs.made[0])
	assert.Same(t, late, rs.made[1])
}

// What a client does before it connects is none of its time.
func TestAClientIsTimedFromItsFirstConnection(t *testing.T) {
	r, _ := observedRunner(t, "hermit")
	t.Setenv(lockVar, filepath.Join(r.dir, "lock"))
	got, err := r.observe(t.Context(), faultdaemon.FaultCloseAfterRead)
	require.NoError(t, err)
	require.Equal(t, 1, got.Connections)
	assert.True(t, got.TimedFrom.After(got.Started), "%s, started %s", got.TimedFrom, got.Started)
	assert.Equal(t, got.Log.Began(), got.TimedFrom)
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
	r, observer := observedRunner(t, "parent that hangs")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	result := make(chan error, 1)
	go func() {
		_, err := r.observe(ctx, faultdaemon.FaultNone)
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
	r, observer := observedRunner(t, "parent that leaves")
	got, err := r.observe(t.Context(), faultdaemon.FaultNone)
	require.NoError(t, err)
	assert.EqualError(t, got.Err, "exit status 3")
	assert.False(t, got.Hung)
	assert.Equal(t, stdoutAnswer{"left\n", 0}, got.Answer)
	if runtime.GOOS == "linux" {
		assert.Equal(t, []string{"process: " + r.opts.Client[0]}, got.Leaks)
	}
	conn, err := observer.Accept()
	require.NoError(t, err)
	dies(t, conn)
}
