package stdio_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/internal/respawn"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

func listen(t *testing.T) *stdio.Listener {
	t.Helper()
	command, err := respawn.Command(t)
	require.NoError(t, err)
	l, err := stdio.Listen(tempSocket(t), command...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

// says connects to a listener and says this.
func says(t *testing.T, l *stdio.Listener, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("unix", l.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(limit)))
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	return conn
}

// ended reads the end of a connection.
func ended(t *testing.T, conn net.Conn) {
	t.Helper()
	_, err := conn.Read(make([]byte, 1))
	require.Error(t, err)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
}

func TestWhatIsForNothingIsDropped(t *testing.T) {
	l := listen(t)
	for _, hello := range []string{"nonsense\n", "{}\n", `{"process":"x"}` + "\n", `{"process":"x","role":"other"}` + "\n", "[1]\n"} {
		ended(t, says(t, l, hello))
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	l := listen(t)
	conns := []net.Conn{
		says(t, l, ""), // has not said what it is for
		says(t, l, `{"process":"a","ro`),
		says(t, l, `{"process":"b","role":"orders"}`+"\n"),
		says(t, l, `{"process":"c","role":"bytes"}`+"\n"),
		says(t, l, `{"process":"d","role":"hold"}`+"\n"),
		says(t, l, `{"process":"e","role":"orders"}`+"\n"), // the first half of one that nobody accepts
		says(t, l, `{"process":"e","role":"bytes"}`+"\n"),
	}
	began := time.Now()
	require.NoError(t, l.Close())
	require.Less(t, time.Since(began), 4*time.Second, "it waits for nobody to say what he is for")
	for _, conn := range conns {
		ended(t, conn)
	}
	_, err := l.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = os.Stat(l.Addr().String())
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestCloseEndsProcessesThatNobodyHasAccepted(t *testing.T) {
	l := listen(t)
	c := spawn(t, l.Command())
	accepted, err := l.Accept() // so it has come
	require.NoError(t, err)
	unaccepted := spawn(t, l.Command())
	require.NoError(t, accepted.Close())
	require.Zero(t, c.status())
	require.NoError(t, l.Close())
	unaccepted.status() // 0 where it has come in time, 1 where nobody listened any more
}

func TestHalvesMakeAProcessInAnyOrder(t *testing.T) {
	l := listen(t)
	bytes := says(t, l, `{"process":"a","role":"bytes"}`+"\nping\n")
	says(t, l, `{"process":"a","role":"orders"}`+"\n")
	conn, err := l.Accept()
	require.NoError(t, err)
	defer conn.Close()
	request := make([]byte, 5)
	_, err = io.ReadFull(conn, request)
	require.NoError(t, err)
	require.Equal(t, "ping\n", string(request), "of a hello no byte too many is read")
	_, err = io.WriteString(conn, "pong\n")
	require.NoError(t, err)
	_, err = io.ReadFull(bytes, request)
	require.NoError(t, err)
	require.Equal(t, "pong\n", string(request))
}

func TestListenWithoutACommand(t *testing.T) {
	path := tempSocket(t)
	_, err := stdio.Listen(path)
	require.ErrorContains(t, err, "there is no command")
	_, err = os.Stat(path)
	require.ErrorIs(t, err, os.ErrNotExist)
}

// What the faults of the listen stage make goes with the daemon.
func TestFilesOfTheListenStageAreRemoved(t *testing.T) {
	for _, fault := range []faultdaemon.Fault{stdio.FaultNotFound, stdio.FaultNotExecutable} {
		b := newBridge(t, faultdaemon.Config{Fault: fault})
		program := b.l.Command()[0]
		require.Equal(t, filepath.Dir(b.l.Addr().String()), filepath.Dir(program))
		b.d.Stop()
		_, err := os.Stat(program)
		require.ErrorIs(t, err, os.ErrNotExist, "%s", fault)
	}
}
