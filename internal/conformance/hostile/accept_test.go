package hostile

import (
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// failing is a listener whose first Accept fails.
type failing struct {
	net.Listener
	errno  syscall.Errno
	failed atomic.Bool
}

func (l *failing) Accept() (net.Conn, error) {
	if l.failed.CompareAndSwap(false, true) {
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", l.errno)}
	}
	return l.Listener.Accept()
}

// What a system is short of for a while does not end accepting.
func TestAcceptGoesOn(t *testing.T) {
	for _, errno := range []syscall.Errno{
		syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED,
	} {
		t.Run(errno.Error(), func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			d := faultdaemon.New("", faultdaemon.Config{})
			require.NoError(t, d.StartOn(&failing{Listener: l, errno: errno}))
			defer d.Stop()
			conn, err := net.Dial("tcp", l.Addr().String())
			require.NoError(t, err)
			defer func() { require.NoError(t, conn.Close()) }()
			isServed(t, conn)
			require.Equal(t, 1, count(d, faultdaemon.EventError))
		})
	}
}
