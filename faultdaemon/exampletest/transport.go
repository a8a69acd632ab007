package exampletest

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A transport is what client and daemon talk over.
type transport string

const (
	memory transport = "memory" // in virtual time
	relay  transport = "relay"  // the same, with the reply from a daemon behind
	unix   transport = "unix"
	tcp    transport = "tcp"

	spawned transport = "spawned" // the pipes of a process
)

// isVirtual reports whether time is virtual, and so exact.
func (tr transport) isVirtual() bool { return tr == memory || tr == relay }

// quiet is how long a client reads nothing before its connection counts as
// open.
func (tr transport) quiet() time.Duration {
	if tr.isVirtual() {
		return 24 * time.Hour
	}
	return quiet
}

// quiet is how long nothing happens in real time before an example is over.
const quiet = 25 * time.Millisecond

// A dialer opens a connection to a daemon.
type dialer func(context.Context) (net.Conn, error)

// start starts a daemon that listens on the transport, and returns how to
// connect to it.
func (tr transport) start(t *testing.T, cfg faultdaemon.Config) (*faultdaemon.FaultDaemon, dialer, error) {
	if tr == tcp {
		return startTCP(cfg)
	}
	path := "" // in memory
	if tr == unix {
		path = tempSocket(t)
	}
	d := faultdaemon.New(path, cfg)
	return d, d.Dial, d.Start()
}

func startTCP(cfg faultdaemon.Config) (*faultdaemon.FaultDaemon, dialer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	d := faultdaemon.New("", cfg)
	dial := func(ctx context.Context) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", l.Addr().String())
	}
	return d, dial, d.StartOn(l)
}

// tempSocket returns a path for a Unix socket, in a directory that is removed
// when the test ends. It is short, for a socket's path may have some 100 bytes
// and that of [testing.T.TempDir] holds the test's name.
func tempSocket(t *testing.T) string {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return filepath.Join(dir, "s")
}
