package exampletest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// A process is a server that was spawned, with the client's ends of its streams.
type process struct {
	cmd           *exec.Cmd
	stdin, stdout *os.File
	stderr        *drain
	gone          context.Context // is done when the process has ended
}

// spawn starts a process.
func spawn(command []string) (*process, error) {
	var ours, theirs [3]*os.File
	defer func() { closeFiles(theirs[:]) }()
	for i := range ours {
		r, w, err := os.Pipe()
		if err != nil {
			closeFiles(ours[:])
			return nil, err
		}
		ours[i], theirs[i] = r, w
		if i == 0 {
			ours[i], theirs[i] = w, r
		}
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0 "+os.Getenv("GORACE")) // else an exit takes a second under -race
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs[0], theirs[1], theirs[2]
	if err := cmd.Start(); err != nil {
		closeFiles(ours[:])
		return nil, err
	}
	gone, ended := context.WithCancel(context.Background())
	go func() {
		defer ended()
		_ = cmd.Wait() // status says how it has ended
	}()
	return &process{cmd: cmd, stdin: ours[0], stdout: ours[1], stderr: newDrain(ours[2]), gone: gone}, nil
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		if f != nil {
			_ = f.Close() // it may have been closed before
		}
	}
}

// awaitEnd reports whether the process has ended within some time.
func (p *process) awaitEnd(within time.Duration) bool { return await(p.gone.Done(), within) }

// await reports whether a channel is closed within some time.
func await(closed <-chan struct{}, within time.Duration) bool {
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-closed:
	case <-timer.C:
	}
	select {
	case <-closed:
		return true
	default:
		return false
	}
}

// status says how the process has ended, in the words of Example.Status: "exit 1",
// "signal KILL"; "" while it is alive.
func (p *process) status() string {
	if p.gone.Err() == nil {
		return ""
	}
	state := p.cmd.ProcessState
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return "signal " + signalName(ws.Signal())
	}
	return fmt.Sprintf("exit %d", state.ExitCode())
}

// leave does what a client does that ends: it closes its ends of stdin and stdout.
func (p *process) leave() {
	_ = p.stdin.Close()
	_ = p.stdout.Close()
}

// end ends the process whatever it does. Its error is that another one holds its
// stderr open, when its daemon has stopped.
func (p *process) end() error {
	p.leave()
	_ = p.cmd.Process.Kill() // it may have ended before
	<-p.gone.Done()
	return p.stderr.end()
}

var signalNames = map[syscall.Signal]string{
	syscall.SIGABRT: "ABRT", syscall.SIGBUS: "BUS", syscall.SIGFPE: "FPE", syscall.SIGHUP: "HUP", syscall.SIGILL: "ILL",
	syscall.SIGINT: "INT", syscall.SIGKILL: "KILL", syscall.SIGPIPE: "PIPE", syscall.SIGQUIT: "QUIT", syscall.SIGSEGV: "SEGV",
	syscall.SIGTERM: "TERM",
}

func signalName(s syscall.Signal) string {
	if name, known := signalNames[s]; known {
		return name
	}
	return fmt.Sprint(int(s))
}

// errno names what a start, a write or a connect has failed with, in the words of
// Example.Fails and Example.Connect.
func errno(err error) string {
	for name, kind := range map[string]error{
		"ENOENT": syscall.ENOENT, "EACCES": syscall.EACCES, "EPIPE": syscall.EPIPE,
		"ECONNREFUSED": syscall.ECONNREFUSED, "EAGAIN": syscall.EAGAIN, "blocks": os.ErrDeadlineExceeded,
	} {
		if errors.Is(err, kind) {
			return name
		}
	}
	return err.Error()
}
