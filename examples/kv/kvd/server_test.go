package kvd_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/examples/kv/kvd"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// started returns the socket of a daemon that is closed when the test ends.
func started(t *testing.T, server *kvd.Server) string {
	t.Helper()
	socket := faulttest.TempSocket(t)
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	t.Cleanup(func() {
		server.Close()
		assert.NoError(t, <-served)
		left, err := filepath.Glob(socket)
		assert.NoError(t, err)
		assert.Empty(t, left, "the socket is left behind")
	})
	return socket
}

func dial(t *testing.T, socket string) *kv.Client {
	t.Helper()
	client, err := kv.Dial(t.Context(), socket)
	require.NoError(t, err)
	client.Timeout = 20 * time.Second // whatever else the machine does
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	return client
}

func TestClientAndDaemon(t *testing.T) {
	socket := started(t, new(kvd.Server))
	one, other := dial(t, socket), dial(t, socket)

	require.NoError(t, one.Put(t.Context(), "colour", []byte("red")))
	got, err := other.Get(t.Context(), "colour")
	require.NoError(t, err)
	assert.Equal(t, "red", string(got))

	require.NoError(t, other.Put(t.Context(), "colour", []byte{}))
	got, err = one.Get(t.Context(), "colour")
	require.NoError(t, err)
	assert.Empty(t, got)

	require.NoError(t, one.Delete(t.Context(), "colour"))
	_, err = other.Get(t.Context(), "colour")
	assert.ErrorIs(t, err, kv.ErrNoKey)
	assert.ErrorIs(t, other.Delete(t.Context(), "colour"), kv.ErrNoKey)
}

func TestManyCallsOfManyClients(t *testing.T) {
	socket := started(t, new(kvd.Server))
	var clients sync.WaitGroup
	for n := range 4 {
		client := dial(t, socket)
		clients.Go(func() {
			var keys []string
			var puts sync.WaitGroup
			for i := range 50 {
				key := fmt.Sprintf("%d/%d", n, i)
				keys = append(keys, key)
				puts.Go(func() { assert.NoError(t, client.Put(t.Context(), key, []byte("of "+key))) })
			}
			puts.Wait()
			values, err := client.GetAll(t.Context(), keys...)
			assert.NoError(t, err)
			assert.Equal(t, "of "+strings.Join(keys, " of "), string(bytes.Join(values, []byte(" "))))
		})
	}
	clients.Wait()
}

func TestTheLongestValueGoesThereAndBack(t *testing.T) {
	client := dial(t, started(t, new(kvd.Server)))
	longest := bytes.Repeat([]byte("v"), kv.MaxValue)
	require.NoError(t, client.Put(t.Context(), "longest", longest))
	got, err := client.Get(t.Context(), "longest")
	require.NoError(t, err)
	assert.True(t, bytes.Equal(longest, got))
}

func TestWhatTheDaemonRefuses(t *testing.T) {
	var store kvd.Store
	for want, request := range map[string]kv.Message{
		"the key belongs to shard 14, not to 3":   {Operation: kv.Get, Shard: 3, Key: "colour"},
		"this is revision 0, and you have seen 7": {Operation: kv.Get, Shard: 14, Revision: 7, Key: "colour"},
		"this is no request":                      {Operation: kv.Get, Shard: 14, IsReply: true, Key: "colour"},
	} {
		reply := store.Answer(request)
		assert.Equal(t, kv.Refused, reply.Status)
		assert.Equal(t, want, string(reply.Value))
	}
}

func TestWhoSpeaksAnotherProtocolIsSentAway(t *testing.T) {
	var log syncBuffer
	socket := started(t, &kvd.Server{Log: slog.New(slog.NewTextHandler(&log, nil))})
	conn, err := net.Dial("unix", socket)
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	_, err = conn.Write([]byte("GET / HTTP/1.1\r\n\r\n"))
	require.NoError(t, err)
	n, err := conn.Read(make([]byte, 1))
	assert.Zero(t, n)
	assert.Error(t, err)
	assert.Contains(t, log.String(), `it begins with \"GET\"`)
}

// syncBuffer may be written to and read from at once.
type syncBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
