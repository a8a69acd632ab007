package faulttest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// The client's patience with a server that is to end, at each step.
const patience = 20 * time.Millisecond

// A server is one that a client has started, and that it ends.
type server struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout *os.File
	exited chan struct{} // closed when the process has ended
}

// startServer starts a server whose stderr is drained. The end of the process is the
// end of its stdout, whoever else holds that open.
func startServer(cmd *exec.Cmd) (*server, error) {
	r, w, err := os.Pipe() // exec's own would be closed by Wait before all is read
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.WaitDelay = w, patience
	if cmd.Stderr == nil {
		cmd.Stderr = io.Discard // which is drained
	}
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	_ = w.Close()
	if err != nil {
		_ = r.Close()
		return nil, err
	}
	s := &server{cmd: cmd, stdin: stdin, stdout: r, exited: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ended is not what this client reports
		close(s.exited)
	}()
	return s, nil
}

// watch ends the reading of stdout a moment after the process has ended.
func (s *server) watch(done <-chan struct{}) {
	select {
	case <-s.exited:
	case <-done:
		return
	}
	select {
	case <-time.After(patience):
		_ = s.stdout.Close()
	case <-done:
	}
}

// end ends the server: EOF first, then SIGTERM, then SIGKILL.
func (s *server) end() {
	_ = s.stdin.Close()
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		select {
		case <-s.exited:
		case <-time.After(patience):
			_ = s.cmd.Process.Signal(signal)
		}
	}
	<-s.exited
	_ = s.stdout.Close()
}

// fresh is a command that can be started once more.
func fresh(cmd *exec.Cmd) *exec.Cmd {
	again := exec.Command(cmd.Path, cmd.Args[1:]...)
	again.Env = cmd.Env
	return again
}

// spawns is a correct client: it makes two calls, and starts a server that ends at
// its start twice more, with growing pauses.
func spawns(ctx context.Context, cmd *exec.Cmd) (string, error) {
	const starts = 3
	pause := 10 * time.Millisecond
	for n := 1; ; n++ {
		answer, err := spawnsOnce(ctx, fresh(cmd))
		if !errors.Is(err, errServerEnded) || n == starts {
			return answer, err
		}
		select {
		case <-time.After(pause):
			pause *= 2
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

// A spawnedClient is the library on a server that it has started.
type spawnedClient struct {
	*library
	server  *server
	done    chan struct{}
	watched chan struct{}
}

// startClient starts a server and connects to it.
func startClient(_ context.Context, cmd *exec.Cmd) (*spawnedClient, error) {
	s, err := startServer(cmd)
	if err != nil {
		return nil, err
	}
	c := &spawnedClient{newLibrary(s.stdout, s.stdin), s, make(chan struct{}), make(chan struct{})}
	go func() {
		defer close(c.watched)
		s.watch(c.done)
	}()
	return c, nil
}

// Close ends the server.
func (c *spawnedClient) Close() {
	close(c.done)
	<-c.watched
	c.server.end()
}

// spawnsOnce starts one server and makes two calls.
func spawnsOnce(ctx context.Context, cmd *exec.Cmd) (string, error) {
	c, err := startClient(ctx, cmd)
	if err != nil {
		return "", err
	}
	defer c.Close()
	answer, err := libraryCalls(2)(ctx, c.library)
	if err != nil && c.server.ended() {
		err = fmt.Errorf("%w: %w", errServerEnded, err)
	}
	return answer, err
}

var errServerEnded = errors.New("the server has ended")

// ended reports whether the process has, or does so in a moment.
func (s *server) ended() bool {
	select {
	case <-s.exited:
		return true
	case <-time.After(patience):
		return false
	}
}
