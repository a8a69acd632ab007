package relay

import (
	"cmp"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Command returns an Upstream that starts a program for each client and speaks over its stdin
// and stdout. Its stderr is this process's.
//
// The end of the client's bytes closes the program's stdin. When the connection is
// over the program has 2 seconds to exit by itself; after that, and when the daemon
// stops, it gets SIGTERM, and is killed a quarter of a second later.
func Command(name string, args ...string) Upstream {
	return Program(func() *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Stderr = os.Stderr
		return cmd
	})
}

// Program is [Command] for programs that need an environment, a directory or a stderr
// of their own: prepare makes the command of each client, concurrently. Its stdin and
// stdout are the client's.
func Program(prepare func() *exec.Cmd) Upstream {
	return func(ctx context.Context) (net.Conn, error) {
		cmd := prepare()
		if cmd.WaitDelay == 0 {
			cmd.WaitDelay = grace // for what it has started, which may hold its stderr
		}
		return start(ctx, cmd)
	}
}

// grace is how long a program may take to exit when its stdin and stdout are closed.
const grace = 2 * time.Second

// process is a program as a connection: what it writes is read, what is written it
// reads.
type process struct {
	ctx    context.Context // ends with the daemon, and then the program has no grace
	cmd    *exec.Cmd
	stdin  *os.File
	stdout *os.File
}

func start(ctx context.Context, cmd *exec.Cmd) (net.Conn, error) {
	theirIn, stdin, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer theirIn.Close()
	stdout, theirOut, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, stdin.Close())
	}
	defer theirOut.Close()
	cmd.Stdin, cmd.Stdout = theirIn, theirOut
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, stdin.Close(), stdout.Close())
	}
	return &process{ctx: ctx, cmd: cmd, stdin: stdin, stdout: stdout}, nil
}

func (p *process) Read(b []byte) (int, error)  { return p.stdout.Read(b) }
func (p *process) Write(b []byte) (int, error) { return p.stdin.Write(b) }

// CloseWrite closes the program's stdin.
func (p *process) CloseWrite() error { return p.stdin.Close() }

// end tells the program to end, and kills it where it has not a quarter of a second later.
// Windows has no such signal: there it is killed at once.
func (p *process) end() {
	if p.cmd.Process.Signal(syscall.SIGTERM) != nil {
		_ = p.cmd.Process.Kill() // it may have ended
		return
	}
	time.AfterFunc(lastGrace, func() { _ = p.cmd.Process.Kill() })
}

// lastGrace is how long a program may take to exit that was told to.
const lastGrace = 250 * time.Millisecond

// Close closes both pipes and waits for the program, which it kills after grace.
func (p *process) Close() error {
	err := p.stdin.Close()
	if errors.Is(err, os.ErrClosed) {
		err = nil
	}
	err = cmp.Or(err, p.stdout.Close())
	patience, cancel := context.WithTimeout(p.ctx, grace)
	defer cancel()
	defer context.AfterFunc(patience, p.end)()
	_ = p.cmd.Wait() // its exit status is the program's own business
	return err
}

func (p *process) LocalAddr() net.Addr  { return address("stdio") }
func (p *process) RemoteAddr() net.Addr { return address(p.cmd.Path) }

func (p *process) SetDeadline(t time.Time) error {
	return errors.Join(p.SetReadDeadline(t), p.SetWriteDeadline(t))
}
func (p *process) SetReadDeadline(t time.Time) error  { return p.stdout.SetReadDeadline(t) }
func (p *process) SetWriteDeadline(t time.Time) error { return p.stdin.SetWriteDeadline(t) }

// address is that of a program.
type address string

func (address) Network() string  { return "stdio" }
func (a address) String() string { return string(a) }
