//go:build unix

package faultdaemon

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// pair returns the plain wire at one end of a Unix socket, and the other end.
func pair(t *testing.T) (wire, *net.UnixConn) {
	t.Helper()
	dir, err := os.MkdirTemp("", "fd")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	far, err := net.Dial("unix", l.Addr().String())
	require.NoError(t, err)
	near, err := l.Accept()
	require.NoError(t, err)
	for _, c := range []net.Conn{far, near} {
		require.NoError(t, c.SetDeadline(time.Now().Add(10*time.Second)))
		t.Cleanup(func() { _ = c.Close() })
	}
	return newPlainWire(near, nil), far.(*net.UnixConn)
}

// Where a kernel's buffer cannot be looked at, descriptors pass all the same.
func TestPlainWirePassesDescriptors(t *testing.T) {
	from, source := pair(t)
	to, sink := pair(t)
	require.False(t, seesLeaving(from))
	collectRights(from)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	_, _, err = source.WriteMsgUnix([]byte("take this\n"), syscall.UnixRights(int(w.Fd())), nil)
	require.NoError(t, err)
	require.NoError(t, w.Close())

	got := make([]byte, 64)
	n, err := from.Read(got)
	require.NoError(t, err)
	require.Equal(t, "take this\n", string(got[:n]))
	passed := from.(rightsWire).takeRights()
	require.Len(t, passed.descriptors, 1)
	require.Nil(t, from.(rightsWire).takeRights())
	_, err = to.(rightsWire).writeRights(got[:n], passed)
	require.NoError(t, err)

	control := make([]byte, 64)
	n, controls, _, _, err := sink.ReadMsgUnix(got, control)
	require.NoError(t, err)
	require.Equal(t, "take this\n", string(got[:n]))
	received := (*rights)(nil).withRights(control[:controls])
	require.Len(t, received.descriptors, 1)
	require.Equal(t, 1, received.close())
	_, err = r.Read(got)
	require.ErrorIs(t, err, io.EOF, "nobody has kept one open")

	require.NoError(t, source.Close())
	_, err = from.Read(got)
	require.ErrorIs(t, err, io.EOF)
}

// A connection that wraps a Unix socket may change its bytes, and is left alone.
func TestPlainWireOnAWrappedSocketCarriesNoDescriptors(t *testing.T) {
	_, c := pair(t)
	_, carries := newPlainWire(struct{ net.Conn }{c}, nil).(rightsWire)
	require.False(t, carries)
}
