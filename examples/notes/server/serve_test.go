package server

import (
	"bufio"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes"
	"github.com/faultdaemon/toolkit/examples/notes/wire"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// patience is how long a test waits for what has to come; it fails then.
const patience = 20 * time.Second

// start serves notes on a Unix socket until the test ends or stop is called,
// which waits for the end.
func start(t *testing.T) (socket string, stop func()) {
	t.Helper()
	socket = faulttest.TempSocket(t)
	l, err := Listen(socket)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan error, 1)
	go func() { over <- Serve(ctx, l, new(Notes)) }()
	ended := false
	stop = func() {
		if !ended {
			ended = true
			cancel()
			assert.NoError(t, <-over)
		}
	}
	t.Cleanup(stop)
	return socket, stop
}

// connect returns a connection that is closed when the test ends, with a
// deadline.
func connect(t *testing.T, socket string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	return conn, bufio.NewReader(conn)
}

func ask(t *testing.T, conn net.Conn, replies *bufio.Reader, request string) string {
	t.Helper()
	_, err := io.WriteString(conn, request+"\n")
	require.NoError(t, err)
	line, err := replies.ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSuffix(line, "\n")
}

func TestTwoClients(t *testing.T) {
	socket, _ := start(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var clients []*notes.Client
	for range 2 {
		c := notes.NewClient(socket)
		c.Timeout = patience
		clients = append(clients, c)
	}
	done := make(chan error)
	for i, c := range clients {
		go func() { done <- c.Import(ctx, []string{"from " + string(rune('a'+i)), "and more"}, nil) }()
	}
	for range clients {
		require.NoError(t, <-done)
	}
	first, err := clients[0].List(ctx)
	require.NoError(t, err)
	second, err := clients[1].List(ctx)
	require.NoError(t, err)
	assert.Equal(t, first, second)
	assert.Contains(t, []string{"from a and more from b and more", "from b and more from a and more"}, strings.Join(first, " "))
}

func TestAConnectionCarriesManyRequests(t *testing.T) {
	socket, _ := start(t)
	conn, replies := connect(t, socket)
	assert.Equal(t, `{"id":1,"ok":true,"notes":[]}`, ask(t, conn, replies, `{"id":1,"type":"list"}`))
	assert.Equal(t, `{"id":2,"ok":true}`, ask(t, conn, replies, "\r\n\n"+`{"id":2,"type":"add","text":"milk"}`))
	assert.Equal(t, `{"id":3,"ok":true,"notes":["milk"]}`, ask(t, conn, replies, `{"id":3,"type":"list"}`+"\r"))
}

func TestARequestThatIsTooLongIsRefused(t *testing.T) {
	socket, _ := start(t)
	conn, replies := connect(t, socket)
	assert.Equal(t, `{"id":0,"ok":false,"error":"the request is longer than 1048576 bytes"}`,
		ask(t, conn, replies, strings.Repeat("x", wire.MaxLine)))
	assert.Equal(t, `{"id":1,"ok":true,"notes":[]}`, ask(t, conn, replies, `{"id":1,"type":"list"}`))
}

func TestServeEndsWhileClientsAreConnected(t *testing.T) {
	socket, stop := start(t)
	conn, replies := connect(t, socket)
	ask(t, conn, replies, `{"id":1,"type":"list"}`)
	stop()
	_, err := replies.ReadByte()
	assert.ErrorIs(t, err, io.EOF)
	_, err = os.Stat(socket)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestListen(t *testing.T) {
	dir := filepath.Dir(faulttest.TempSocket(t))
	path := filepath.Join(dir, "s")
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	require.NoError(t, err)
	stale.SetUnlinkOnClose(false)
	require.NoError(t, stale.Close())

	l, err := Listen(path)
	require.NoError(t, err, "a stale socket is replaced")
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, err = Listen(path)
	assert.ErrorContains(t, err, "a daemon listens on "+path+" already")
	require.NoError(t, l.Close())

	require.NoError(t, os.WriteFile(path, []byte("mine"), 0o600))
	_, err = Listen(path)
	assert.ErrorContains(t, err, path+" is no socket")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(text))
}
