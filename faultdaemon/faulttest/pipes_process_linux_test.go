package faulttest_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/memnet"
)

// A process is a server with its pipes, and what it does to its ends of them.
type process struct {
	stdin  io.WriteCloser // the client's ends
	stdout io.ReadCloser
	in     io.Reader // the server's
	out    io.Writer

	closeIn, closeOut, exit, kill func()
	settle                        func() // returns when what was begun has returned or blocks
}

// kernelPipes are the pipes that os/exec makes.
func kernelPipes(t *testing.T) *process {
	inR, inW, err := os.Pipe()
	require.NoError(t, err)
	outR, outW, err := os.Pipe()
	require.NoError(t, err)
	end := func() { _, _ = inR.Close(), outW.Close() }
	t.Cleanup(func() { end(); _, _ = inW.Close(), outR.Close() })
	return &process{
		stdin: inW, stdout: outR, in: inR, out: serverEnd{outW},
		closeIn: func() { _ = inR.Close() }, closeOut: func() { _ = outW.Close() }, exit: end, kill: end,
		settle: waitForIO,
	}
}

// serverEnd has errors without the name of the client's end of the other pipe.
type serverEnd struct{ *os.File }

func (s serverEnd) Write(p []byte) (int, error) {
	n, err := s.File.Write(p)
	return n, errors.Unwrap(err)
}

// serverConn is a server's connection, whose directions can be ended one by one.
type serverConn interface {
	net.Conn
	CloseRead() error
	CloseWrite() error
}

// over are pipes over a connection.
func over(t *testing.T, client net.Conn, server serverConn, exit, kill func() error) (*process, *faulttest.Stdio) {
	stdio, err := faulttest.Pipes(t.Context(), func(context.Context) (net.Conn, error) { return client, nil })
	require.NoError(t, err)
	t.Cleanup(func() { _, _, _ = server.Close(), stdio.Stdin.Close(), stdio.Stdout.Close() })
	return &process{
		stdin: stdio.Stdin, stdout: stdio.Stdout, in: server, out: server,
		closeIn: func() { _ = server.CloseRead() }, closeOut: func() { _ = server.CloseWrite() },
		exit: func() { _ = exit() }, kill: func() { _ = kill() },
	}, stdio
}

func memoryPipes(t *testing.T) (*process, *faulttest.Stdio) {
	client, server := memnet.Pipe()
	p, stdio := over(t, client, server, server.Finish, server.Reset)
	p.settle = synctest.Wait
	return p, stdio
}

// socketPipes are over a Unix socket, whose server ends as the daemon's does:
// an end with bytes unread is a reset, and a clean one reads them first.
func socketPipes(t *testing.T) (*process, *faulttest.Stdio) {
	l, err := net.Listen("unix", faulttest.TempSocket(t))
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	client, err := net.Dial("unix", l.Addr().String())
	require.NoError(t, err)
	accepted, err := l.Accept()
	require.NoError(t, err)
	server := accepted.(*net.UnixConn)
	p, stdio := over(t, client, server, func() error {
		_, _ = server.CloseWrite(), server.CloseRead()
		_, err := io.Copy(io.Discard, server)
		return errors.Join(err, server.Close())
	}, server.Close)
	p.settle = waitForIO
	return p, stdio
}

// served leaves the server to itself.
func served(p *process, _ *faulttest.Stdio) *process { return p }

// killable has the client kill the server.
func killable(p *process, stdio *faulttest.Stdio) *process {
	p.kill = stdio.Kill
	return p
}
