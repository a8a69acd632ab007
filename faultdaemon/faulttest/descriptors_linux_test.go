package faulttest_test

import (
	"context"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// forgetsFailedConnects closes a socket only where its connect has succeeded.
func forgetsFailedConnects(ctx context.Context, dial faulttest.Dialer) (string, error) {
	path := faulttest.SocketPath(ctx)
	socket, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return "", err
	}
	if err := syscall.SetNonblock(socket, true); err != nil {
		return "", err
	}
	if err := syscall.Connect(socket, &syscall.SockaddrUnix{Name: path}); err != nil {
		return "", os.NewSyscallError("connect", err)
	}
	if err := syscall.Close(socket); err != nil {
		return "", err
	}
	return status(ctx, dial)
}

// forgetsFailedCalls closes its connection only when the call has succeeded.
func forgetsFailedCalls(ctx context.Context, dial faulttest.Dialer) (string, error) {
	socket, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		return "", err
	}
	if err := syscall.Connect(socket, &syscall.SockaddrUnix{Name: faulttest.SocketPath(ctx)}); err != nil {
		return "", os.NewSyscallError("connect", err)
	}
	answer, err := status(ctx, dial)
	if err == nil {
		err = syscall.Close(socket)
	}
	return answer, err
}

// forgetsPipes leaves a pipe where the daemon fails it.
func forgetsPipes(ctx context.Context, dial faulttest.Dialer) (string, error) {
	var pipe [2]int
	if err := syscall.Pipe(pipe[:]); err != nil {
		return "", err
	}
	answer, err := status(ctx, dial)
	if err == nil {
		_ = syscall.Close(pipe[0])
		_ = syscall.Close(pipe[1])
	}
	return answer, err
}

func TestLeakedDescriptors(t *testing.T) {
	namesItsFaults(t)
	t.Parallel() // it mostly waits
	const unconnected, pipe = "descriptor: a socket that is not connected", "descriptor: a pipe"
	for name, tt := range map[string]struct {
		client clientFunc
		opts   faulttest.Options
		fault  faultdaemon.Fault
		want   []string
	}{
		"connects, isolated": {forgetsFailedConnects, faulttest.Options{Real: true, Isolate: true}, listen.FaultSocketStale, []string{unconnected}},
		"calls":              {forgetsFailedCalls, faulttest.Options{Real: true}, faultdaemon.FaultCloseAfterRead, []string{"descriptor: a socket to s"}},
		"pipes, in memory":   {forgetsPipes, faulttest.Options{Isolate: true}, faultdaemon.FaultCloseAfterRead, []string{pipe, pipe}},
		"nothing":            {status, faulttest.Options{Real: true, Isolate: true}, listen.FaultSocketStale, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it mostly waits
			tt.opts.Only = []faultdaemon.Fault{tt.fault}
			report := faulttest.Judge(t, statusDaemon(), tt.client, &tt.opts)
			if report.Elsewhere {
				return
			}
			require.NoError(t, report.Err)
			require.Empty(t, report.Leaks)
			require.Equal(t, tt.want, report.Results[0].Leaks, "%s", report)
			if tt.want != nil {
				require.Equal(t, faulttest.Leaked, report.Results[0].Verdict)
			}
		})
	}
}
