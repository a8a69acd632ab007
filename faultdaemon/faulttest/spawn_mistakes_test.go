package faulttest_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// uses is a client that starts and ends its server as it should.
func uses(use func(context.Context, *library) (string, error)) spawner {
	return func(ctx context.Context, cmd *exec.Cmd) (string, error) {
		s, err := startServer(cmd)
		if err != nil {
			return "", err
		}
		defer s.end()
		return use(ctx, newLibrary(s.stdout, s.stdin))
	}
}

// endsBy is a client that makes a call as it should.
func endsBy(end func(*server)) spawner {
	return func(ctx context.Context, cmd *exec.Cmd) (string, error) {
		s, err := startServer(cmd)
		if err != nil {
			return "", err
		}
		l := newLibrary(s.stdout, s.stdin)
		defer end(s)
		stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
		defer stop()
		return l.call("status")
	}
}

func readsToTheEnd(s *server) {
	_ = s.stdin.Close()
	_, _ = io.Copy(io.Discard, s.stdout)
	<-s.exited
}

func terminates(s *server) {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	<-s.exited
}

func ignoresStart(_ context.Context, cmd *exec.Cmd) (string, error) {
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	_ = cmd.Start()
	defer func() { _, _ = cmd.Process.Kill(), cmd.Wait() }()
	return newLibrary(stdout, stdin).call("status")
}

func startsUntilTimeIsOver(ctx context.Context, cmd *exec.Cmd) (string, error) {
	for {
		answer, err := spawnsOnce(ctx, fresh(cmd))
		if err == nil || ctx.Err() != nil {
			return answer, err
		}
		select {
		case <-time.After(patience):
		case <-ctx.Done():
		}
	}
}

func returnsNoError(ctx context.Context, cmd *exec.Cmd) (string, error) {
	answer, _ := spawnsOnce(ctx, cmd)
	return answer, nil
}

func writesMuch(ctx context.Context, l *library) (string, error) {
	if _, err := l.stdin.Write([]byte("{\"id\":0,\"padding\":\"" + strings.Repeat("x", 512<<10) + "\"}\n")); err != nil {
		return "", err
	}
	stop := context.AfterFunc(ctx, l.Close)
	defer stop()
	if _, err := l.line(); err != nil {
		return "", err
	}
	return l.Call(ctx, "status")
}

func ignoresEOF(ctx context.Context, l *library) (string, error) {
	answer, err := l.Call(ctx, "status")
	if errors.Is(err, io.EOF) {
		<-ctx.Done()
	}
	return answer, err
}

func leavesGoroutine(ctx context.Context, l *library) (string, error) {
	answer, err := l.Call(ctx, "status")
	if err != nil {
		go neverEnds()
	}
	return answer, err
}

// cutsNewline returns the line as it is, but for its newline.
func cutsNewline(ctx context.Context, l *library) (string, error) {
	stop := context.AfterFunc(ctx, l.Close)
	defer stop()
	if err := l.send("status"); err != nil {
		return "", err
	}
	line, err := l.line()
	return strings.TrimSuffix(string(line), "\n"), err
}

// waitsForExit takes the end of the process for the only end.
func waitsForExit(ctx context.Context, cmd *exec.Cmd) (string, error) {
	s, err := startServer(cmd)
	if err != nil {
		return "", err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	answer, err := newLibrary(s.stdout, s.stdin).call("status")
	if err == nil {
		s.end()
	}
	<-s.exited
	return answer, err
}

func ignoresEPIPE(ctx context.Context, cmd *exec.Cmd) (string, error) {
	s, err := startServer(cmd)
	if err != nil {
		return "", err
	}
	defer s.end()
	return libraryCalls(2)(ctx, newLibrary(s.stdout, noError{s.stdin}))
}

type noError struct{ io.WriteCloser }

func (w noError) Write(b []byte) (int, error) {
	_, _ = w.WriteCloser.Write(b)
	return len(b), nil
}

// stderrOf is a client that gets its server's stderr as a pipe, and is over when
// what reads that returns true.
func stderrOf(read func(io.Reader) (over bool)) spawner {
	return func(ctx context.Context, cmd *exec.Cmd) (string, error) {
		r, w, err := os.Pipe()
		if err != nil {
			return "", err
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			if read(r) {
				cancel()
			}
		}()
		defer func() { <-done; _ = r.Close() }() // the server has ended by then
		cmd.Stderr = w
		s, err := startServer(cmd)
		_ = w.Close()
		if err != nil {
			return "", err
		}
		defer s.end()
		answer, err := libraryCalls(1)(ctx, newLibrary(s.stdout, s.stdin))
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(50 * time.Millisecond): // what stderr has to say has come by now
			return answer, err
		}
	}
}

func neverDrains(ctx context.Context, cmd *exec.Cmd) (string, error) {
	return stderrOf(func(io.Reader) bool { return false })(ctx, cmd)
}

func endsWithStderr(ctx context.Context, cmd *exec.Cmd) (string, error) {
	return stderrOf(func(r io.Reader) bool { _, err := io.Copy(io.Discard, r); return err == nil })(ctx, cmd)
}

// scansStderr drains it line by line, until one is too long.
func scansStderr(ctx context.Context, cmd *exec.Cmd) (string, error) {
	return stderrOf(func(r io.Reader) bool {
		for s := bufio.NewScanner(r); s.Scan(); {
		}
		return false
	})(ctx, cmd)
}

// watchesStderr fails when something comes that is wrong, at once or when the server
// has ended.
func watchesStderr(wrong func([]byte) bool) spawner {
	return func(ctx context.Context, cmd *exec.Cmd) (string, error) {
		failed := false
		answer, err := stderrOf(func(r io.Reader) bool {
			buf := make([]byte, 4096)
			for {
				n, err := r.Read(buf)
				if failed = n > 0 && wrong(buf[:n]); failed || err != nil {
					return failed
				}
			}
		})(ctx, cmd)
		if failed {
			err = errors.New("the server has failed")
		}
		return answer, err
	}
}

// waitsForPipes has the usual mistake: a buffer for stderr and no WaitDelay.
func waitsForPipes(ctx context.Context, cmd *exec.Cmd) (string, error) {
	cmd.Stderr = io.Discard
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return "", err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	answer, err := newLibrary(stdout, stdin).call("status")
	_ = stdin.Close()
	_ = cmd.Wait()
	return answer, err
}
