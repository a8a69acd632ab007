package check

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// A process is one run of the client.
type process struct {
	cmd            *exec.Cmd
	at             address
	started, ended time.Time
	exit           int    // the exit status, when it exited
	signal         string // which killed it, if one did
	killed         bool   // by us, at the deadline, which comes before all else
	stdout, stderr output
	outPipe        *pipe
	errPipe        *pipe
	leaks          []string // the command lines of processes that it left behind
	memory         int64    // bytes, at its peak; 0: not known
	talk           *talk    // of a session; else nil
}

// leftover is how long the processes that a client leaves behind have to end,
// and to let go of its stdout and stderr.
const leftover = time.Second

// start starts the client, which is killed when ctx ends. After it, wait has to
// be called.
func (r *runner) start(ctx context.Context, at address) (p *process, err error) {
	p = &process{at: at}
	stdout := io.Writer(&p.stdout)
	if r.opts.Session != nil {
		p.talk = newTalk()
		stdout = io.MultiWriter(stdout, p.talk)
	}
	if p.outPipe, err = newPipe(stdout); err != nil {
		return nil, err
	}
	if p.errPipe, err = newPipe(&p.stderr); err != nil {
		p.outPipe.close()
		return nil, err
	}
	args := make([]string, len(r.opts.Client))
	for i, arg := range r.opts.Client {
		args[i] = at.fill(arg)
	}
	p.cmd = exec.CommandContext(ctx, args[0], args[1:]...)
	p.cmd.Env = append(os.Environ(), at.env()...)
	for _, variable := range r.opts.Env {
		p.cmd.Env = append(p.cmd.Env, at.fill(variable))
	}
	p.cmd.Stdout, p.cmd.Stderr = p.outPipe.write, p.errPipe.write
	if p.talk != nil {
		if p.talk.stdin, err = p.cmd.StdinPipe(); err != nil {
			p.outPipe.close()
			p.errPipe.close()
			return nil, err
		}
	}
	ownGroup(p.cmd)
	p.cmd.Cancel = func() error {
		p.killed = true
		return killGroup(p.cmd)
	}
	p.started = time.Now()
	if err := p.cmd.Start(); err != nil {
		p.outPipe.close()
		p.errPipe.close()
		return nil, fmt.Errorf("start the client: %w", err)
	}
	return p, nil
}

// wait waits for the client's end, kills what it leaves behind, and reads what
// it printed.
func (p *process) wait() {
	defer p.errPipe.close()
	defer p.outPipe.close()
	peak := watchMemory(p.cmd.Process.Pid)
	_ = p.cmd.Wait() // says what ProcessState says
	p.ended = time.Now()
	p.memory = peak(p.cmd.ProcessState)
	p.exit = p.cmd.ProcessState.ExitCode()
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		p.signal = status.Signal().String()
	}
	ending, cancel := context.WithTimeout(context.Background(), leftover)
	defer cancel()
	drained := p.drained(ending)
	if p.killed {
		cancel() // nothing told what it had started to end: they are no leaks
		killLeft(ending, p)
		return
	}
	p.leaks = killLeft(ending, p)
	if !drained && len(p.leaks) == 0 {
		_ = killGroup(p.cmd) // somebody holds a pipe
	}
}

// drained waits until all that was written to the pipes has been read. It
// reports whether that came to an end, or processes that the client has left
// behind hold them open.
func (p *process) drained(ctx context.Context) bool {
	for _, pipe := range []*pipe{p.outPipe, p.errPipe} {
		_ = pipe.write.Close() // the client's own is another
		select {
		case <-pipe.done:
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// ending says how the client ended.
func (p *process) ending() string {
	switch {
	case p.killed:
		return "was still running and was killed"
	case p.signal != "":
		return "was killed by a signal: " + p.signal
	}
	return fmt.Sprintf("exited with status %d", p.exit)
}

// end is what a Compare makes an answer of.
func (p *process) end(at address) End {
	return End{Exit: p.exit, Stdout: p.stdout.kept, Size: p.stdout.size, at: at}
}
