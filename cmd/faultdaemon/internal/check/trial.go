package check

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A bench runs the client, each time against a daemon of its own. It may be
// used concurrently.
type bench struct {
	opts    Options
	dir     string // of the sockets
	sockets atomic.Int64
	tally   tally
}

// A trial is one run of the client: what it did, and what its daemon did.
type trial struct {
	started, ended time.Time
	exit           int    // the exit status, when it exited
	signal         string // which killed it, if one did
	killed         bool   // by us, at the deadline, which comes before all else
	stdout, stderr output
	events         []faultdaemon.Event
	calls          []faultdaemon.RPCCall
}

// leftover is how long the stdout and stderr of a client that has ended may be
// held open by processes that it left behind.
const leftover = 200 * time.Millisecond

// try runs the client once, under one fault.
func (b *bench) try(ctx context.Context, fault faultdaemon.Fault) (*trial, error) {
	cfg := faultdaemon.Config{Fault: fault}
	if b.opts.Reply != nil {
		cfg.ResponseHandler = func([]byte) []byte { return b.opts.Reply }
	}
	socket := filepath.Join(b.dir, strconv.FormatInt(b.sockets.Add(1), 10))
	d := faultdaemon.New(socket, cfg)
	if err := d.Start(); err != nil {
		return nil, err
	}
	defer d.Stop()
	t := new(trial)
	if err := t.run(ctx, b.opts, d); err != nil {
		return nil, err
	}
	d.Stop() // so that what the client has caused is in the log
	t.events, t.calls = d.Events(), d.GetCalls()
	return t, nil
}

// run starts the client and waits for its end, or kills it at the deadline
// and when ctx ends. A client that cannot be started is an error, and ctx's.
func (t *trial) run(ctx context.Context, opts Options, d *faultdaemon.FaultDaemon) error {
	stdout, err := newPipe(&t.stdout)
	if err != nil {
		return err
	}
	defer stdout.close()
	stderr, err := newPipe(&t.stderr)
	if err != nil {
		return err
	}
	defer stderr.close()
	deadline, cancel := withDeadline(ctx, d, opts.Deadline)
	defer cancel()
	cmd := command(deadline, opts.Client, d.SocketPath())
	cmd.Stdout, cmd.Stderr = stdout.write, stderr.write
	cmd.Cancel = func() error {
		t.killed = true
		return killGroup(cmd)
	}
	t.started = time.Now()
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the client: %w", err)
	}
	_ = cmd.Wait() // says what ProcessState says
	t.ended = time.Now()
	t.exit = cmd.ProcessState.ExitCode()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		t.signal = status.Signal().String()
	}
	if !drained(stdout, stderr) {
		_ = killGroup(cmd) // the group lives on: it holds a pipe
	}
	return ctx.Err()
}

// command returns the client's, for the daemon that listens on socket.
func command(ctx context.Context, client []string, socket string) *exec.Cmd {
	args := make([]string, len(client))
	for i, arg := range client {
		args[i] = strings.ReplaceAll(arg, "{socket}", socket)
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "FAULTDAEMON_SOCKET="+socket)
	ownGroup(cmd)
	return cmd
}

// drained waits until all that was written to the pipes has been read. It
// reports whether that came to an end, or processes that the client has left
// behind hold them open.
func drained(pipes ...*pipe) bool {
	late := time.After(leftover)
	for _, p := range pipes {
		_ = p.write.Close() // the client's own is another
		select {
		case <-p.done:
		case <-late:
			return false
		}
	}
	return true
}

// goCrash is how the Go runtime begins to report a panic that nobody
// recovered, or an error of its own.
var goCrash = regexp.MustCompile(`(?m)^(panic|fatal error): `)

// crashed reports whether the client was killed by a signal that is not ours,
// or was ended by the Go runtime, which exits with status 2 and a stack.
func (t *trial) crashed() bool {
	return t.signal != "" || t.exit == 2 && goCrash.Match(t.stderr.kept)
}

// took is how long the client ran.
func (t *trial) took() time.Duration { return t.ended.Sub(t.started) }

// ending says how the client ended.
func (t *trial) ending() string {
	switch {
	case t.killed:
		return "was still running and was killed"
	case t.signal != "":
		return "was killed by a signal: " + t.signal
	}
	return fmt.Sprintf("exited with status %d", t.exit)
}
