package relay

import (
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A descriptor that is sent with a message is received with it at the other side, in both
// directions, whether or not messages are held.
func TestDescriptorsPassThrough(t *testing.T) {
	for name, cfg := range map[string]faultdaemon.Config{
		"healthy": {},
		"held":    {Plan: faultdaemon.On("type=none", faultdaemon.Always(faultdaemon.FaultCorruptResponse))},
	} {
		t.Run(name, func(t *testing.T) {
			p := onSockets(t, "unix", cfg)
			client, upstream := p.client.(*net.UnixConn), p.upstream.(*net.UnixConn)
			for _, way := range [][2]*net.UnixConn{{client, upstream}, {upstream, client}} {
				r, w, err := os.Pipe()
				require.NoError(t, err)
				_, _, err = way[0].WriteMsgUnix([]byte("take this\n"), syscall.UnixRights(int(w.Fd())), nil)
				require.NoError(t, err)
				require.NoError(t, w.Close())

				got, control := make([]byte, 64), make([]byte, 64)
				n, controls, _, _, err := way[1].ReadMsgUnix(got, control)
				require.NoError(t, err)
				require.Equal(t, "take this\n", string(got[:n]))
				messages, err := syscall.ParseSocketControlMessage(control[:controls])
				require.NoError(t, err)
				require.Len(t, messages, 1)
				descriptors, err := syscall.ParseUnixRights(&messages[0])
				require.NoError(t, err)
				require.Len(t, descriptors, 1)

				received := os.NewFile(uintptr(descriptors[0]), "received")
				_, err = received.WriteString("hello")
				require.NoError(t, err)
				require.NoError(t, received.Close())
				_, err = r.Read(got)
				require.NoError(t, err)
				n, err = r.Read(got)
				require.Zero(t, n)
				require.Error(t, err, "the relay has kept none open")
			}
		})
	}
}

// Where the other side cannot carry descriptors, an event says so, and the bytes pass.
func TestDescriptorsThatCannotPass(t *testing.T) {
	p := across(t, "unix", "tcp", faultdaemon.Config{})
	r, w, err := os.Pipe()
	require.NoError(t, err)
	_, _, err = p.client.(*net.UnixConn).WriteMsgUnix([]byte("take this\n"), syscall.UnixRights(int(w.Fd())), nil)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	p.reads(p.atUp, "take this")
	_, err = r.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF, "the relay has closed it")
	require.Condition(t, func() bool {
		for _, ev := range p.daemon.Events() {
			if ev.Kind == faultdaemon.EventError && strings.HasPrefix(ev.Detail, "1 file descriptors came") {
				return true
			}
		}
		return false
	}, "%v", p.daemon.Events())
}
