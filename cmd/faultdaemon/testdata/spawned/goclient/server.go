package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"
)

// A server is one that this client has started.
type server struct {
	options
	deadline        time.Time
	process         *os.Process
	stdin           io.WriteCloser
	stdout, stderr  io.Reader
	events          chan event
	exited, drained chan struct{}

	signs    map[string]bool  // of its end: write, exit, stdout
	state    *os.ProcessState // once it has exited
	rest     []byte           // what stdout ended with
	writeErr error
	anyReply bool // is the one: a bug

	mu   sync.Mutex
	tail []byte // of stderr
}

// An event is a line on stdout, a sign of the server's end, or an error.
type event struct {
	kind string
	line []byte
	err  error
}

// linger is how long, after one sign that the server has ended, the others may
// take.
const linger = 50 * time.Millisecond

// never is a deadline.
var never = time.Now().AddDate(1, 0, 0)

func start(o options, deadline time.Time) (*server, error) {
	s := &server{
		options: o, deadline: deadline, signs: make(map[string]bool),
		events: make(chan event), exited: make(chan struct{}), drained: make(chan struct{}),
	}
	cmd := exec.Command(o.server[0], o.server[1:]...)
	var errs [3]error
	s.stdin, errs[0] = cmd.StdinPipe()
	s.stdout, errs[1] = cmd.StdoutPipe()
	s.stderr, errs[2] = cmd.StderrPipe()
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	err := cmd.Start()
	switch {
	case err == nil:
	case s.bug == "start_error_unhandled":
	case s.bug == "only_enoent_handled" && !errors.Is(err, fs.ErrNotExist):
	default:
		return nil, fmt.Errorf("cannot start: %w", err)
	}
	s.process = cmd.Process
	go s.wait()
	go s.readStdout()
	if s.bug != "stderr_not_drained" {
		go s.readStderr()
	}
	return s, nil
}

// wait is not Cmd.Wait, which closes stdout while there is something to read.
func (s *server) wait() {
	state, err := s.process.Wait()
	if err != nil {
		panic(err)
	}
	s.state = state
	close(s.exited)
	s.events <- event{kind: "exit"}
}

func (s *server) readStdout() {
	r := bufio.NewReader(s.stdout)
	for {
		line, err := r.ReadBytes('\n')
		if err != nil {
			s.events <- event{kind: "stdout", line: line}
			return
		}
		s.events <- event{kind: "line", line: line[:len(line)-1]}
	}
}

func (s *server) readStderr() {
	defer close(s.drained)
	if s.bug == "stderr_line_limit" {
		lines := bufio.NewScanner(s.stderr)
		for lines.Scan() {
			s.keep([]byte(lines.Text() + "\n"))
		}
		return
	}
	for piece := make([]byte, 32<<10); ; {
		n, err := s.stderr.Read(piece)
		s.keep(piece[:n])
		if err != nil {
			break
		}
	}
	if s.bug == "stderr_eof_is_death" {
		s.events <- event{kind: "error", err: fmt.Errorf("%w has closed stderr", errEnded)}
	}
}

func (s *server) keep(piece []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tail = append(s.tail, piece...)
	s.tail = s.tail[max(0, len(s.tail)-4<<10):]
}

// write writes while the caller waits for the reply. An error is a sign: there
// may be a reply or an exit status yet.
func (s *server) write(data []byte) {
	written := make(chan struct{})
	go func() {
		_, err := s.stdin.Write(data)
		close(written)
		if errors.Is(err, syscall.EPIPE) && s.bug == "write_error_unhandled" {
			panic(err)
		}
		if err != nil {
			s.events <- event{kind: "write", err: err}
		}
	}()
	if s.bug == "no_write_deadline" {
		<-written
	}
}

// linger returns how long to wait after a sign of the end: others may be
// missing for ever.
func (s *server) linger(deadline time.Time) time.Time {
	if s.bug == "eof_waits_for_exit" && s.signs["stdout"] || s.bug == "exit_waits_for_pipes" && s.signs["exit"] {
		return never
	}
	if end := time.Now().Add(linger); end.Before(deadline) {
		return end
	}
	return deadline
}

// end says how the server has ended. It never comes to a reply.
func (s *server) end() (*reply, error) {
	why := "closed its stdout"
	switch {
	case s.signs["exit"]:
		status := s.state.ExitCode() // -1: a signal
		if s.bug == "status_0_is_success" && status == 0 || s.bug == "signal_is_success" && status < 0 {
			return empty, nil
		}
		why = "ended: " + s.state.String()
	case !s.signs["stdout"]:
		why = "cannot be written to: " + s.writeErr.Error()
	}
	if s.bug == "partial_is_answer" && len(s.rest) > 0 {
		return textReply(string(s.rest)), nil
	}
	return nil, fmt.Errorf("%w %s%s", errEnded, why, strings.ToValidUTF8(s.lastLines(), "\uFFFD"))
}

// close ends the server: asks it to, tells it to, makes it. One that has broken
// off is not asked for long.
func (s *server) close() error {
	steps := []func() error{s.stdin.Close, func() error { return s.process.Signal(syscall.SIGTERM) }, s.process.Kill}
	waits := []time.Duration{s.grace, s.grace, time.Until(never)}
	if len(s.signs) > 0 {
		waits[0] = 0
	}
	switch s.bug {
	case "close_waits":
		steps, waits = steps[:1], waits[2:]
	case "close_leaves":
		steps, waits = steps[:1], []time.Duration{0}
	case "sigterm_waits":
		steps, waits = steps[:2], []time.Duration{waits[0], waits[2]}
	case "sigterm_leaves":
		steps, waits = steps[:2], []time.Duration{waits[0], 0}
	}
	for i, step := range steps {
		_ = step() // it may have ended
		select {
		case <-s.exited:
			return s.check()
		case <-time.After(waits[i]):
		}
	}
	return nil
}

// check returns an error that has nothing to do with the answer.
func (s *server) check() error {
	if s.bug != "stderr_strict_utf8" {
		return nil
	}
	if lines := s.lastLines(); !utf8.ValidString(lines) {
		return fmt.Errorf("stderr is not UTF-8: %q", lines)
	}
	return nil
}

// lastLines returns the last lines of stderr, each after a newline.
func (s *server) lastLines() (text string) {
	select {
	case <-s.drained:
	case <-time.After(linger):
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := strings.Split(string(bytes.TrimSpace(s.tail)), "\n")
	for _, line := range lines[max(0, len(lines)-3):] {
		if line != "" {
			text += "\n  " + line
		}
	}
	return text
}
