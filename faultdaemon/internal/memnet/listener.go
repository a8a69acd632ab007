package memnet

import (
	"context"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Listener is a [net.Listener] in memory, reached by its Dial method. All
// methods are safe for concurrent use.
type Listener struct {
	queue  queue
	closed chan struct{} // closed by Close
	once   sync.Once

	// Late is how long Accept waits before it returns a connection. It is set before
	// the first Accept.
	Late time.Duration

	refusal atomic.Uintptr // the syscall.Errno that a Dial fails with; 0: none
}

var _ net.Listener = (*Listener)(nil)

// Listen returns a new listener, which nothing but its own Dial can reach.
func Listen() *Listener {
	return &Listener{queue: newQueue(), closed: make(chan struct{})}
}

// Dial returns the client end of a new connection as soon as the other end is
// in the listener's queue, as connect(2) does; it does not wait for Accept.
// While the queue of 4,096 is full it blocks. It fails with the error of ctx
// when that has ended and with ECONNREFUSED when the listener is closed.
func (l *Listener) Dial(ctx context.Context) (*Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, l.opError("dial", err)
	}
	if l.isClosed() {
		return nil, l.opError("dial", errRefused())
	}
	if errno := l.refusal.Load(); errno != 0 {
		return nil, l.opError("dial", os.NewSyscallError("connect", syscall.Errno(errno)))
	}
	client, server := Pipe()
	for !l.queue.put(server) {
		select {
		case <-l.queue.room:
		case <-l.closed:
			return nil, l.opError("dial", errRefused())
		case <-ctx.Done():
			return nil, l.opError("dial", ctx.Err())
		}
	}
	// A Close or Refuse in between may have emptied the queue before this
	// connection came into it.
	if l.isClosed() || l.refusal.Load() != 0 {
		l.resetQueue()
	}
	return client, nil
}

// Refuse has every Dial fail with an error of connect(2), and resets what nobody has
// accepted, as the closing of a socket's listener does.
func (l *Listener) Refuse(errno syscall.Errno) {
	l.refusal.Store(uintptr(errno))
	l.resetQueue()
}

// Admit ends what Refuse began.
func (l *Listener) Admit() { l.refusal.Store(0) }

// Accept returns the server end of the connection that was dialed first, a
// *[Conn], and blocks while there is none. Once the listener is closed it fails
// with net.ErrClosed.
func (l *Listener) Accept() (net.Conn, error) {
	if l.isClosed() {
		return nil, l.opError("accept", net.ErrClosed)
	}
	for {
		c := l.queue.take()
		if c == nil {
			select {
			case <-l.queue.some:
				continue
			case <-l.closed:
				return nil, l.opError("accept", net.ErrClosed)
			}
		}
		if l.Late > 0 {
			<-time.After(l.Late)
		}
		if l.refusal.Load() == 0 {
			return c, nil
		}
		c.Reset() // it was dialed just before the Refuse
	}
}

// Close stops the listener: blocked calls of Accept and Dial fail, and
// connections that nobody accepted are reset. Accepted ones live on. A second
// call fails with net.ErrClosed.
func (l *Listener) Close() error {
	first := false
	l.once.Do(func() {
		close(l.closed)
		l.resetQueue()
		first = true
	})
	if !first {
		return l.opError("close", net.ErrClosed)
	}
	return nil
}

// Addr returns the listener's address, whose network and text are "memory".
func (l *Listener) Addr() net.Addr { return address{} }

func (l *Listener) isClosed() bool {
	select {
	case <-l.closed:
		return true
	default:
		return false
	}
}

// resetQueue resets what lies in the queue. Close, Refuse and a
// late Dial may be at it at once: each connection comes out once.
func (l *Listener) resetQueue() {
	for c := l.queue.take(); c != nil; c = l.queue.take() {
		c.Reset()
	}
}

func (l *Listener) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: network, Addr: address{}, Err: err}
}

func errRefused() error { return os.NewSyscallError("connect", syscall.ECONNREFUSED) }
