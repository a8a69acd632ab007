package recall_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A spawner is a client that starts its server.
type spawner = func(context.Context, *exec.Cmd) (string, error)

// A spawnedClaim is that the bug of an entry shows in the verdict on a client that
// starts its server.
type spawnedClaim struct {
	fault        faultdaemon.Fault
	right, buggy spawner
	verdict      faulttest.Verdict
}

func processes() []spawnedClaim {
	right := host{use: asksInTurn}.asks
	return []spawnedClaim{
		{fault: stdio.FaultExitMidCall, right: right, buggy: missesTheServersEnd, verdict: faulttest.TimedOut},
		{fault: stdio.FaultStderrFlood, right: right, buggy: host{use: asksInTurn, stderrUnread: true}.asks, verdict: faulttest.TimedOut},
		{fault: stdio.FaultClosesStdin, right: right, buggy: host{use: panicsOnWrite}.asks, verdict: faulttest.Crashed},
	}
}

func TestBugsOfProcessesThatAreCitedAreFound(t *testing.T) {
	for _, c := range processes() {
		t.Run(string(c.fault), func(t *testing.T) {
			right := c.judge(t, c.right)
			require.Equal(t, verdict.OK, right.Grade, "the client without the bug: %s, %v", right.Verdict, right.Err)

			buggy := c.judge(t, c.buggy)
			require.Equal(t, c.verdict, buggy.Verdict, "the client with the bug: %v", buggy.Err)
			require.NotEqual(t, verdict.OK, buggy.Grade)
		})
	}
}

func (c spawnedClaim) judge(t *testing.T, client spawner) faulttest.Result {
	t.Helper()
	report := faulttest.JudgeSpawn(t, onLines(), client, &faulttest.Options{Deadline: time.Second, Only: []faultdaemon.Fault{c.fault}}) // enough on a busy machine
	require.NoError(t, report.Err)
	require.Len(t, report.Results, 1)
	return report.Results[0]
}

// missesTheServersEnd reads in a goroutine whose end the call does not see: only its
// own deadline ends it.
func missesTheServersEnd(ctx context.Context, server *exec.Cmd) (string, error) {
	return host{use: func(p *peer) (string, error) {
		done := make(chan string, 1)
		go func() {
			if answers, err := asksInTurn(p); err == nil {
				done <- answers
			}
		}()
		select {
		case answers := <-done:
			return answers, nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}}.asks(ctx, server)
}

// pipes are a server's stdin and stdout as a connection, as far as a peer uses one.
type pipes struct {
	net.Conn      // nil
	stdin, stdout *os.File
}

func (p *pipes) Read(b []byte) (int, error)  { return p.stdout.Read(b) }
func (p *pipes) Write(b []byte) (int, error) { return p.stdin.Write(b) }

func (p *pipes) SetDeadline(t time.Time) error {
	return errors.Join(p.stdin.SetDeadline(t), p.stdout.SetDeadline(t))
}

// A host is a client that has its server for as long as one use of it lasts.
type host struct {
	use          use
	stderrUnread bool
}

func (h host) asks(ctx context.Context, server *exec.Cmd) (answers string, err error) {
	in, stdin, err := os.Pipe()
	if err != nil {
		return "", err
	}
	stdout, out, err := os.Pipe()
	if err != nil {
		return "", err
	}
	server.Stdin, server.Stdout = in, out
	server.Stderr = io.Discard // which is read
	if h.stderrUnread {
		unread, stderr, err := os.Pipe()
		if err != nil {
			return "", err
		}
		defer unread.Close()
		defer stderr.Close()
		server.Stderr = stderr
	}
	err = server.Start()
	_, _ = in.Close(), out.Close()
	if err != nil {
		return "", errors.Join(err, stdin.Close(), stdout.Close())
	}
	defer func() {
		_, _ = stdin.Close(), stdout.Close()
		_ = server.Process.Kill()
		_ = server.Wait()
	}()
	p := &pipes{stdin: stdin, stdout: stdout}
	stop := context.AfterFunc(ctx, func() { _ = p.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	return h.use(&peer{p, bufio.NewReader(stdout)})
}
