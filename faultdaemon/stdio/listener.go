package stdio

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// helloTime is how long a connection has to say what it is for.
const helloTime = 5 * time.Second

// A Listener accepts the processes that a client spawns: one connection for each.
// It is for [faultdaemon.FaultDaemon.StartOn], and its methods may be called
// concurrently.
type Listener struct {
	socket  net.Listener
	path    string
	started chan *Conn
	closed  chan struct{}
	work    sync.WaitGroup // accepts, and reads what connections are for

	evidence evidence // of the ends of processes

	mu      sync.Mutex
	command []string
	halves  map[string]map[role]*net.UnixConn // of processes that have not made both connections
	all     map[*net.UnixConn]struct{}        // that nobody owns yet, and those of holders
	made    string                            // a file in the place of the command
	once    sync.Once
	err     error
}

// Listen listens for processes on a Unix socket at path, as
// [faultdaemon.ListenUnix] does. command is what a client is to spawn: a program
// that calls [Join] with the path, which Listen puts behind it as --socket=PATH.
func Listen(path string, command ...string) (*Listener, error) {
	if len(command) == 0 {
		return nil, errors.New("stdio: there is no command: name the program that calls Join")
	}
	socket, err := faultdaemon.ListenUnix(path)
	if err != nil {
		return nil, err
	}
	l := &Listener{
		socket: socket, path: path, command: append(slices.Clone(command), "--socket="+path),
		started: make(chan *Conn), closed: make(chan struct{}),
		halves: make(map[string]map[role]*net.UnixConn), all: make(map[*net.UnixConn]struct{}),
	}
	l.work.Go(l.greet)
	return l, nil
}

// Command is what a client is to spawn, and its arguments. Under a fault that
// acts before there is a process it is a command that cannot be started.
func (l *Listener) Command() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.command)
}

// Accept returns the next process, a [*Conn], or an error wrapping net.ErrClosed
// once the listener is closed.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.started:
		return c, nil
	case <-l.closed:
		return nil, fmt.Errorf("stdio: accept: %w", net.ErrClosed)
	}
}

// Addr is the socket's address.
func (l *Listener) Addr() net.Addr { return l.socket.Addr() }

// Close stops listening, and ends the processes that nobody has accepted. It
// removes the socket and whatever file it has made beside it.
func (l *Listener) Close() error {
	l.once.Do(func() {
		close(l.closed)
		l.err = l.socket.Close()
		l.mu.Lock()
		for c := range l.all {
			_ = c.Close()
		}
		l.mu.Unlock()
		l.work.Wait()
		if l.made != "" {
			l.err = errors.Join(l.err, os.Remove(l.made))
		}
	})
	return l.err
}

// greet accepts connections until the socket is closed.
func (l *Listener) greet() {
	for {
		c, err := l.socket.Accept()
		if err != nil {
			return
		}
		conn := c.(*net.UnixConn) // ListenUnix accepts no other
		if !l.own(conn) {
			return
		}
		l.work.Go(func() { l.meet(conn) })
	}
}

// own takes note of a connection, unless the listener is closed.
func (l *Listener) own(c *net.UnixConn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.closed:
		_ = c.Close()
		return false
	default:
		l.all[c] = struct{}{}
		return true
	}
}

// meet reads what a connection is for. The second of a process makes it whole.
func (l *Listener) meet(c *net.UnixConn) {
	h, err := readHello(c)
	if err != nil {
		l.drop(c)
		return
	}
	switch h.Role {
	case roleHold: // it is there until Close
	case roleOrders, roleBytes:
		if p := l.pair(h, c); p != nil {
			l.hand(p)
		}
	default:
		l.drop(c)
	}
}

// hand gives a process to whoever accepts.
func (l *Listener) hand(p *Conn) {
	select {
	case l.started <- p:
	case <-l.closed:
		_ = p.Close()
	}
}

// pair returns the process that has both its connections with this one, or nil.
func (l *Listener) pair(h hello, c *net.UnixConn) *Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.halves[h.Process] == nil {
		l.halves[h.Process] = make(map[role]*net.UnixConn)
	}
	halves := l.halves[h.Process]
	halves[h.Role] = c
	orders, bytes := halves[roleOrders], halves[roleBytes]
	if orders == nil || bytes == nil {
		return nil
	}
	delete(l.halves, h.Process)
	delete(l.all, orders)
	delete(l.all, bytes)
	return newConn(orders, bytes, &l.evidence)
}

// drop closes a connection that is for nothing.
func (l *Listener) drop(c *net.UnixConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, c)
	_ = c.Close()
}

// readHello reads one line and not a byte more.
func readHello(c *net.UnixConn) (h hello, err error) {
	if err := c.SetReadDeadline(time.Now().Add(helloTime)); err != nil {
		return h, err
	}
	line, err := bufio.NewReaderSize(oneByte{c}, 16).ReadBytes('\n')
	if err != nil {
		return h, err
	}
	return h, errors.Join(json.Unmarshal(line, &h), c.SetReadDeadline(time.Time{}))
}

// oneByte reads a byte at a time.
type oneByte struct{ net.Conn }

func (o oneByte) Read(p []byte) (int, error) { return o.Conn.Read(p[:min(1, len(p))]) }
