package lookup

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// An ending is what became of a server that was spawned, beside its stdout.
type ending struct {
	start  string // why it could not be started
	stderr []byte
	how    string // "exit status 1"; "" where it ended with its client
}

// runProcess runs a fault of processes on a real one.
func (x *Index) runProcess(ctx context.Context, d *faultdaemon.FaultDaemon, t *trial, info faultdaemon.Info) error {
	server, err := x.serverCommand()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	l, err := stdio.Listen(filepath.Join(dir, "s"), server...)
	if err != nil {
		return err
	}
	if err := d.StartOn(l); err != nil {
		return err
	}
	defer d.Stop()
	t.process = new(ending)
	p, err := spawn(ctx, l.Command())
	if errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.EACCES) {
		t.process.start = errno(err)
		return nil
	}
	if err != nil {
		return err
	}
	needs := 1
	if info.Needs&faultdaemon.SecondExchange != 0 {
		needs = 2
	}
	err = t.exchanges(d, p, needs)
	t.process.how = p.leave(t.end == "EOF")
	d.Stop() // which ends what holds stderr open
	t.process.stderr = p.text()
	return err
}

// serverCommand is what a client spawns.
func (x *Index) serverCommand() ([]string, error) {
	if x.server != nil {
		return x.server, nil
	}
	self, err := os.Executable()
	return []string{self, "stdio"}, err
}

func errno(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	return err.Error()
}

// A process is a server with the client's ends of its pipes.
type process struct {
	cmd           *exec.Cmd
	stdin, stdout *os.File
	stderr        bytes.Buffer
	gone          chan struct{} // closed when it has ended
	drained       chan struct{} // closed when stderr has ended
}

func spawn(ctx context.Context, command []string) (*process, error) {
	var files []*os.File
	for range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		files = append(files, r, w)
	}
	p := &process{
		cmd: exec.CommandContext(ctx, command[0], command[1:]...), stdin: files[1], stdout: files[2],
		gone: make(chan struct{}), drained: make(chan struct{}),
	}
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = files[0], files[3], files[5]
	err := p.cmd.Start()
	for _, theirs := range []*os.File{files[0], files[3], files[5]} {
		_ = theirs.Close()
	}
	if err != nil {
		return nil, errors.Join(err, p.stdin.Close(), p.stdout.Close(), files[4].Close())
	}
	go func() {
		defer close(p.drained)
		_, _ = p.stderr.ReadFrom(files[4])
		_ = files[4].Close()
	}()
	go func() {
		defer close(p.gone)
		_ = p.cmd.Wait()
	}()
	return p, nil
}

func (p *process) Read(b []byte) (int, error)  { return p.stdout.Read(b) }
func (p *process) Write(b []byte) (int, error) { return p.stdin.Write(b) }

func (p *process) SetDeadline(t time.Time) error {
	return errors.Join(p.stdin.SetDeadline(t), p.stdout.SetDeadline(t))
}

// leave ends the process as a client does that ends, and returns how it has ended
// before that or what it lives on after; "" where it ends with its client.
func (p *process) leave(ending bool) string {
	within := time.Duration(0)
	if ending {
		within = trialTime / 4
	}
	ended := p.awaitEnd(within)
	how := ""
	_ = p.stdin.Close()
	_ = p.stdout.Close()
	if !ended && !p.awaitEnd(trialTime/4) {
		how = "lives on when its client has closed its pipes"
		_ = p.cmd.Process.Kill()
	}
	<-p.gone
	if ended {
		how = p.cmd.ProcessState.String()
	}
	return how
}

func (p *process) awaitEnd(within time.Duration) bool {
	select {
	case <-p.gone:
	case <-time.After(within):
	}
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// text is all that has come on stderr.
func (p *process) text() []byte {
	<-p.drained
	return p.stderr.Bytes()
}
