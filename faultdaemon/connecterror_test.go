package faultdaemon_test

import (
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

// What a client finds, and what connect(2) says of it on Linux.
var founds = map[faultdaemon.Found]syscall.Errno{
	faultdaemon.FoundNothing:   syscall.ENOENT,
	faultdaemon.FoundStale:     syscall.ECONNREFUSED,
	faultdaemon.FoundFile:      syscall.ECONNREFUSED,
	faultdaemon.FoundDirectory: syscall.ECONNREFUSED,
	faultdaemon.FoundLink:      syscall.ENOENT,
	faultdaemon.FoundForbidden: syscall.EACCES,
	faultdaemon.FoundFull:      syscall.EAGAIN,
}

// A client that compares types meets in memory what it meets on a Unix socket. As
// root, what root may do is compared in a process of another user.
func TestConnectErrorsAreTheKernels(t *testing.T) {
	for found, want := range founds {
		t.Run(string(found), func(t *testing.T) {
			if found == faultdaemon.FoundForbidden && os.Geteuid() == 0 {
				runAsNobody(t)
				return
			}
			cfg := listening(t, "own", listen.Leave(found), faultdaemon.Hang)
			for _, network := range []string{"memory", "unix"} {
				h := startPlace(t, network, cfg)
				_, err := h.dial()
				var op *net.OpError
				require.ErrorAs(t, err, &op, network)
				require.Equal(t, "dial", op.Op)
				require.Equal(t, network, op.Net)
				require.Equal(t, h.Addr().String(), op.Addr.String())
				require.Nil(t, op.Source)
				require.Equal(t, &os.SyscallError{Syscall: "connect", Err: want}, op.Err, network)
				if network == "memory" {
					require.Equal(t, want.Error(), h.event(faultdaemon.EventRefused).Detail)
				}
			}
		})
	}
}
