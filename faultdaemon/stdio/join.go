package stdio

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
)

// A Process is this process, as the server that a client has spawned.
type Process struct {
	path      string
	orders    *net.UnixConn
	bytes     *net.UnixConn
	stdin     *os.File
	stdout    *os.File
	lend      sync.Mutex // held to close stdout, and to give it to another process
	stderr    *os.File
	ending    func()        // how the process ends when the connection has
	written   chan struct{} // closed when nothing is written to stdout any more
	ignoreEOF atomic.Bool
	watch     *os.File      // whose Close ends the watch on stdout's reader
	watched   chan struct{} // closed when nobody watches it any more
}

// Join makes this process the server that a client has spawned: it joins stdin and
// stdout to the daemon whose [Listener] is at path, and does what that tells it. It
// does not return but for an error, when there is no such daemon: the process ends
// when the daemon ends the connection.
func Join(path string) error {
	p, err := Connect(path)
	if err != nil {
		return err
	}
	p.Run()
	return nil
}

// Connect is the first half of [Join]: it connects to the daemon, and reads and
// writes nothing yet. The socket is not needed any more after it.
func Connect(path string) (*Process, error) {
	signal.Reset(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) // they end a server, whatever this program does about them
	ignorePipeSignals()                                         // a client that has closed its end is an error of a write
	if held := os.Getenv(HoldVariable); held != "" {
		hold(held)
	}
	p := &Process{
		path: path, stdin: pollable(os.Stdin), stdout: os.Stdout, stderr: os.Stderr,
		ending: func() { exit(0) }, written: make(chan struct{}), watched: make(chan struct{}),
	}
	name := rand.Text()
	var err error
	if p.orders, err = dial(path, hello{name, roleOrders}); err != nil {
		return nil, err
	}
	if p.bytes, err = dial(path, hello{name, roleBytes}); err != nil {
		return nil, err
	}
	return p, nil
}

// Run is the second half of [Join]. It does not return: the process ends when the
// daemon ends the connection.
func (p *Process) Run() {
	if begun := p.obey(); begun {
		<-p.written
	}
	p.ending()
}

// exit ends this process at once. os.Exit takes a second more in a program that was
// built with -race, which a client would have to wait for.
func exit(code int) { syscall.Exit(code) }

// dial connects to the listener at path and says what for.
func dial(path string, h hello) (*net.UnixConn, error) {
	c, err := net.Dial("unix", path)
	if err != nil {
		return nil, fmt.Errorf("stdio: no daemon listens for this process: %w", err)
	}
	if err := json.NewEncoder(c).Encode(h); err != nil {
		return nil, err
	}
	return c.(*net.UnixConn), nil
}

// obey carries out orders until the daemon has ended the connection. It reports
// whether the process has begun to read and to write.
func (p *Process) obey() (begun bool) {
	orders, answers := json.NewDecoder(p.orders), json.NewEncoder(p.orders)
	verbs := map[verb]func(order) error{
		verbBegin:  func(order) error { err := p.begin(); begun = err == nil; return err },
		verbWrite:  func(o order) error { _, err := p.stderr.Write(o.text()); return ignoreGone(err) },
		verbClose:  func(o order) error { return p.stream(o.Name).Close() },
		verbIgnore: p.ignore,
		verbExit:   func(o order) error { p.ending = func() { exit(o.Code) }; return nil },
		verbKill:   func(o order) error { p.ending = func() { kill(o.Name) }; return nil },
		verbHold:   func(order) error { return p.startHolder() },
	}
	for {
		var o order
		if orders.Decode(&o) != nil {
			return begun
		}
		var a answer
		if do, found := verbs[o.Do]; !found {
			a.Error = fmt.Sprintf("%q is nothing that this process can do: the daemon is of another version", o.Do)
		} else if err := do(o); err != nil {
			a.Error = err.Error()
		}
		if answers.Encode(a) != nil {
			return begun
		}
	}
}

// ignoreGone takes a reader that is gone for one that has read.
func ignoreGone(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

func (p *Process) stream(name string) *os.File {
	return map[string]*os.File{"stdin": p.stdin, "stderr": p.stderr}[name]
}

func (p *Process) ignore(o order) error {
	if o.Name == "sigterm" {
		signal.Ignore(syscall.SIGTERM)
	}
	p.ignoreEOF.Store(true)
	return nil
}
