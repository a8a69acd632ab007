package faulttest_test

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A library is a correct client of newline-delimited JSON that takes a reader
// and a writer, as many do, and knows nothing of connections and deadlines: what
// ends a call that takes too long is that it closes both.
type library struct {
	lineClient
	stdout io.ReadCloser
	stdin  io.WriteCloser
}

func newLibrary(stdout io.ReadCloser, stdin io.WriteCloser) *library {
	return &library{lineClient: lineClient{r: bufio.NewReader(stdout)}, stdout: stdout, stdin: stdin}
}

func (l *library) Close() { _, _ = l.stdin.Close(), l.stdout.Close() }

// Call sends a request and returns the result of its reply.
func (l *library) Call(ctx context.Context, method string) (string, error) {
	stop := context.AfterFunc(ctx, l.Close)
	defer stop()
	result, err := l.call(method)
	if ctx.Err() != nil {
		return "", fmt.Errorf("%s: %w", method, ctx.Err())
	}
	return result, err
}

func (l *library) call(method string) (string, error) {
	if err := l.send(method); err != nil {
		return "", err
	}
	line, err := l.line()
	if err != nil {
		return "", fmt.Errorf("%s: read: %w", method, err)
	}
	return l.decode(line)
}

func (l *library) send(method string) error {
	l.id++
	if _, err := fmt.Fprintf(l.stdin, "{\"id\":%d,\"method\":%q}\n", l.id, method); err != nil {
		return fmt.Errorf("%s: write: %w", method, err)
	}
	return nil
}

// overPipes is what a program does with the library on a server that it has
// spawned.
func overPipes(use func(context.Context, *library) (string, error)) clientFunc {
	return func(ctx context.Context, dial faulttest.Dialer) (string, error) {
		server, err := faulttest.Pipes(ctx, dial)
		if err != nil {
			return "", err
		}
		l := newLibrary(server.Stdout, server.Stdin)
		defer l.Close()
		return use(ctx, l)
	}
}

// libraryCalls makes so many calls, one after the other.
func libraryCalls(calls int) func(context.Context, *library) (string, error) {
	return func(ctx context.Context, l *library) (answer string, err error) {
		for range calls {
			if answer, err = l.Call(ctx, "status"); err != nil {
				return "", err
			}
		}
		return answer, nil
	}
}

// waitsForTheServer makes a call without an end.
func waitsForTheServer(_ context.Context, l *library) (string, error) { return l.call("status") }

// scansLines takes what precedes the end of the stream for a line.
func scansLines(ctx context.Context, l *library) (string, error) {
	stop := context.AfterFunc(ctx, l.Close)
	defer stop()
	if err := l.send("status"); err != nil {
		return "", err
	}
	s := bufio.NewScanner(l.stdout)
	s.Scan()
	return s.Text(), s.Err()
}
