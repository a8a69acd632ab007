package server_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultdaemon/toolkit/examples/langserver/server"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// started serves on a Unix socket until the function that it returns is called.
func started(t *testing.T) (socket string, stop func()) {
	t.Helper()
	socket = faulttest.TempSocket(t)
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- server.Serve(ctx, l) }()
	return socket, func() {
		cancel()
		require.NoError(t, <-served)
	}
}

// connect opens a connection on which nothing takes for ever.
func connect(t *testing.T, socket string) net.Conn {
	t.Helper()
	conn, err := net.Dial("unix", socket)
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return conn
}

// greet begins a session and returns the daemon's answer.
func greet(t *testing.T, conn net.Conn) string {
	t.Helper()
	send(t, conn, `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`)
	message, err := jsonrpc.Headers.ReadMessage(bufio.NewReader(conn), 1<<10)
	require.NoError(t, err)
	return string(message)
}

func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	message, err := jsonrpc.Headers.Frame([]byte(text))
	require.NoError(t, err)
	_, err = conn.Write(message)
	require.NoError(t, err)
}

// The toolkit's own reader and writer of the framing, which the daemon does not
// share with it, hold a conversation.
func TestServeSpeaksTheFraming(t *testing.T) {
	socket, stop := started(t)
	defer stop()
	conn := connect(t, socket)
	assert.Contains(t, greet(t, conn), `"id":1,"result":{"capabilities":`)
	send(t, conn, `{"jsonrpc":"2.0","method":"exit"}`)
	_, err := conn.Read(make([]byte, 1))
	assert.ErrorIs(t, err, io.EOF, "exit ends the session")
	require.NoError(t, conn.Close())
}

func TestServeEndsASessionAtWhatIsNoMessage(t *testing.T) {
	socket, stop := started(t)
	defer stop()
	conn := connect(t, socket)
	_, err := io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n")
	require.NoError(t, err)
	got, err := io.ReadAll(conn)
	require.NoError(t, err)
	assert.Empty(t, got)
	require.NoError(t, conn.Close())
}

func TestServeLeavesNothingBehind(t *testing.T) {
	before := goleak.IgnoreCurrent()
	socket, stop := started(t)
	conns := []net.Conn{connect(t, socket), connect(t, socket)}
	for _, conn := range conns {
		greet(t, conn) // so that the daemon has accepted it
	}
	stop()
	goleak.VerifyNone(t, before)
	for _, conn := range conns {
		_, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
	assert.NoFileExists(t, socket)
}
