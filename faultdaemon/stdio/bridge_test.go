package stdio_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/respawn"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// TestMain lets this binary be the server that the tests spawn.
func TestMain(m *testing.M) {
	respawn.Serve()
	os.Exit(m.Run())
}

// limit is how long a test waits for what must come, however busy the machine is.
const limit = 20 * time.Second

// A bridge is a daemon and what spawns processes that join it.
type bridge struct {
	d *faultdaemon.FaultDaemon
	l *stdio.Listener
}

// newBridge starts a daemon.
func newBridge(t testing.TB, cfg faultdaemon.Config) *bridge {
	t.Helper()
	command, err := respawn.Command(t)
	require.NoError(t, err)
	l, err := stdio.Listen(tempSocket(t), command...)
	require.NoError(t, err)
	cfg.Catalogues = append(cfg.Catalogues, stdio.Faults)
	d := faultdaemon.New("", cfg)
	require.NoError(t, d.StartOn(l))
	t.Cleanup(d.Stop)
	return &bridge{d, l}
}

// tempSocket returns a path for a socket, short enough for one.
func tempSocket(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "fd")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return filepath.Join(dir, "s")
}

// A child is a process with the client's ends of its streams.
type child struct {
	t             testing.TB
	cmd           *exec.Cmd
	stdin, stdout *os.File
	gone          chan struct{} // closed when it has ended

}

// spawn starts a process, and waits until the daemon has it.
func (b *bridge) spawn(t testing.TB) *child {
	t.Helper()
	before := int(b.d.ConnectionCount())
	c := spawn(t, b.l.Command())
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	require.NoError(t, b.d.WaitForConnections(ctx, before+1))
	return c
}

func spawn(t testing.TB, command []string) *child {
	t.Helper()
	in, stdin, err := os.Pipe()
	require.NoError(t, err)
	stdout, out, err := os.Pipe()
	require.NoError(t, err)
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, os.Stderr
	require.NoError(t, cmd.Start())
	require.NoError(t, in.Close())
	require.NoError(t, out.Close())
	c := &child{t: t, cmd: cmd, stdin: stdin, stdout: stdout, gone: make(chan struct{})}
	go func() { defer close(c.gone); _ = cmd.Wait() }()
	t.Cleanup(func() {
		_ = stdin.Close()
		_ = stdout.Close()
		_ = cmd.Process.Kill()
		<-c.gone
	})
	require.NoError(t, stdin.SetDeadline(time.Now().Add(limit)))
	require.NoError(t, stdout.SetDeadline(time.Now().Add(limit)))
	return c
}

// ask makes one exchange.
func (c *child) ask(line string) string {
	c.t.Helper()
	_, err := io.WriteString(c.stdin, line)
	require.NoError(c.t, err)
	reply := make([]byte, len(line))
	_, err = io.ReadFull(c.stdout, reply)
	require.NoError(c.t, err)
	return string(reply)
}

// status waits for the process's end, and returns its exit status; -1 of a signal.
func (c *child) status() int {
	c.t.Helper()
	select {
	case <-c.gone:
	case <-time.After(limit):
		c.t.Fatal("the process does not end")
	}
	return c.cmd.ProcessState.ExitCode()
}

// upper replies the request in capitals; bytes that are no ASCII letters stay.
func upper(request []byte) []byte {
	reply := make([]byte, len(request))
	for i, b := range request {
		if 'a' <= b && b <= 'z' {
			b -= 'a' - 'A'
		}
		reply[i] = b
	}
	return reply
}

// exchanges is how many a benchmark makes in one turn.
const exchanges = 64

// BenchmarkBridge makes the same exchanges over a daemon's socket and through the
// pipes of a process, in turns, and reports the difference.
func BenchmarkBridge(b *testing.B) {
	pipes := newBridge(b, faultdaemon.Config{}).spawn(b)
	direct := faultdaemon.New(tempSocket(b), faultdaemon.Config{})
	require.NoError(b, direct.Start())
	b.Cleanup(direct.Stop)
	conn, err := net.Dial("unix", direct.SocketPath())
	require.NoError(b, err)
	b.Cleanup(func() { _ = conn.Close() })
	require.NoError(b, pipes.stdin.SetDeadline(time.Time{}))
	require.NoError(b, pipes.stdout.SetDeadline(time.Time{}))

	ask := func(w io.Writer, r *bufio.Reader) time.Duration {
		began := time.Now()
		for range exchanges {
			if _, err := io.WriteString(w, "ping\n"); err != nil {
				b.Fatal(err)
			}
			if _, err := r.ReadSlice('\n'); err != nil {
				b.Fatal(err)
			}
		}
		return time.Since(began)
	}
	overSocket, overPipes := bufio.NewReader(conn), bufio.NewReader(pipes.stdout)
	var socket, process time.Duration
	turns := 0
	for b.Loop() {
		socket += ask(conn, overSocket)
		process += ask(pipes.stdin, overPipes)
		turns++
	}
	n := float64(turns * exchanges)
	b.ReportMetric(float64(socket)/n, "socket-ns/op")
	b.ReportMetric(float64(process)/n, "process-ns/op")
	b.ReportMetric(float64(process-socket)/n, "bridge-ns/op")
	b.ReportMetric(0, "ns/op")
}
