package jsonrpc_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// spawned is a use over a server that the client has started. The end of the process
// ends the reading of its stdout, whoever else holds that open.
func (u use) spawned(f framing) func(context.Context, *exec.Cmd) ([]string, error) {
	return func(ctx context.Context, server *exec.Cmd) ([]string, error) {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		server.Stdout, server.Stderr, server.WaitDelay = w, io.Discard, 20*time.Millisecond
		stdin, err := server.StdinPipe()
		if err == nil {
			err = server.Start()
		}
		if err = errors.Join(err, w.Close()); err != nil {
			return nil, errors.Join(err, r.Close())
		}
		exited := make(chan struct{})
		go func() {
			defer close(exited)
			_ = server.Wait() // how it ended is not what this client reports
			<-time.After(20 * time.Millisecond)
			_ = r.Close()
		}()
		c := newClient(bothPipes{r, stdin}, f)
		defer stop(server, exited)
		defer c.Close()
		return u(ctx, c)
	}
}

// stop ends a server whose stdin is closed, and does not wait for ever for that.
func stop(server *exec.Cmd, exited <-chan struct{}) {
	for _, signal := range []os.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		select {
		case <-exited:
		case <-time.After(30 * time.Millisecond):
			_ = server.Process.Signal(signal)
		}
	}
	<-exited
}

// A server that the client has spawned, and every fault: the core's, JSON-RPC's and
// those of processes.
func TestReferenceClientThatSpawns(t *testing.T) {
	t.Parallel() // it mostly waits
	cfg := jsonrpc.Lines.Config(noteMethods)
	all := cfg
	all.Catalogues = append(all.Catalogues, stdio.Faults)
	report := faulttest.JudgeSpawn(t, cfg, use(atOnce).spawned(onLines), &faulttest.Options{Deadline: 3 * time.Second, Only: lightly(t, all)})
	require.NoError(t, report.Err)
	require.True(t, report.OK(), "%s", report)
	judged := make(map[faultdaemon.Fault]bool)
	for _, r := range report.Results {
		judged[r.Info.Name] = true
	}
	for _, info := range stdio.Faults.All() {
		require.True(t, judged[info.Name], "%s did not run", info.Name)
	}
}
