package serve

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// probeTimeout is how long a connect to an address of this process may take.
const probeTimeout = 5 * time.Second

// A probedListener can be connected to without the daemon seeing it: a visit
// would count as a connection, and a plan's first fault would act on it.
type probedListener struct {
	net.Listener

	mu    sync.Mutex
	visit string        // the visitor's address, empty when none is on its way
	came  chan struct{} // closed when it has come
}

// Accept passes over the visitor.
func (l *probedListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil || !l.isVisit(conn) {
			return conn, err
		}
		_ = conn.Close()
	}
}

func (l *probedListener) isVisit(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	from := conn.RemoteAddr()
	if l.visit == "" || from == nil || from.String() != l.visit {
		return false
	}
	l.visit = ""
	close(l.came)
	return true
}

// probe returns when a connect has succeeded and was accepted.
func (l *probedListener) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	came, err := l.connect(ctx)
	if err != nil {
		return fmt.Errorf("cannot connect to %s: %w", addressOf(l), err)
	}
	select {
	case <-came:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("connected to %s, but was not accepted: %w", addressOf(l), ctx.Err())
	}
}

// connect makes the visit. Accept waits for it to be over, because the
// visitor's address is not known before.
func (l *probedListener) connect(ctx context.Context) (came <-chan struct{}, err error) {
	dialer, remove, err := visitor(l.Addr().Network())
	if err != nil {
		return nil, err
	}
	defer remove()
	l.mu.Lock()
	defer l.mu.Unlock()
	conn, err := dialer.DialContext(ctx, l.Addr().Network(), l.Addr().String())
	if err != nil {
		return nil, err
	}
	l.visit, l.came = conn.LocalAddr().String(), make(chan struct{})
	return l.came, conn.Close()
}

// visitor returns a dialer whose connections can be told from others: on a Unix
// socket, by a name of its own.
func visitor(network string) (dialer net.Dialer, remove func(), err error) {
	if network != "unix" {
		return net.Dialer{}, func() {}, nil
	}
	if runtime.GOOS == "linux" { // a name that is no file
		return net.Dialer{LocalAddr: &net.UnixAddr{Net: "unix", Name: "@faultdaemon-" + rand.Text()}}, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return net.Dialer{}, nil, err
	}
	return net.Dialer{LocalAddr: &net.UnixAddr{Net: "unix", Name: filepath.Join(dir, "s")}}, func() { _ = os.RemoveAll(dir) }, nil
}
