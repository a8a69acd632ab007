package e2e

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/relay"
)

// startHTTP starts a server of net/http on a Unix socket. The relay knows where a head
// ends, and nothing of bodies and upgrades.
func startHTTP(t *testing.T) front {
	dir, err := os.MkdirTemp("", "fd")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	path := filepath.Join(dir, "s")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	server := &http.Server{Handler: httpHandler()}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		require.ErrorIs(t, <-served, http.ErrServerClosed)
	})
	return front{
		version: strings.TrimSpace(command(t, "go", "env", "GOVERSION")),
		config: faultdaemon.Config{Protocol: httpRequests{}, Upstream: relay.Unix(path), FaultMatcher: func(message []byte) bool {
			return bytes.HasPrefix(message, []byte("GET "))
		}},
		converse: converseHTTP, call: callHTTP,
	}
}

// httpHandler answers without a date, so that it always answers the same.
func httpHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /chunks", func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		for i := range 5 {
			_, _ = fmt.Fprintf(w, "chunk %d\n", i)
			w.(http.Flusher).Flush()
		}
	})
	mux.HandleFunc("POST /echo", func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Date"] = nil
		body, _ := io.ReadAll(r.Body)
		_, _ = w.Write(body)
	})
	mux.HandleFunc("GET /upgrade", func(w http.ResponseWriter, _ *http.Request) {
		conn, buffered, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = buffered.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		_ = buffered.Flush()
		received, _ := io.Copy(conn, buffered) // until the client has shut its side
		_, _ = fmt.Fprintf(conn, "\x00that were %d bytes", received)
	})
	return mux
}

// over is a client whose only way is dial.
func over(dial faulttest.Dialer) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DisableCompression: true,
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
	}}
}

// converseHTTP makes requests on one connection, with bodies in chunks both ways, and
// upgrades another, whose one side it shuts before the other has ended.
func converseHTTP(t *testing.T, dial faulttest.Dialer) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	client := over(dial)
	defer client.CloseIdleConnections()
	for range 2 {
		body, err := get(ctx, client, "/chunks")
		require.NoError(t, err)
		assert.Equal(t, "chunk 0\nchunk 1\nchunk 2\nchunk 3\nchunk 4\n", body)
	}
	sent := strings.Repeat("\x00\xffno line", 100_000)
	pieces := io.MultiReader(strings.NewReader(sent)) // its length is not known
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://x/echo", pieces)
	require.NoError(t, err)
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	assert.True(t, string(got) == sent)
	upgrade(ctx, t, dial)
}

func get(ctx context.Context, client *http.Client, path string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://x"+path, nil)
	if err != nil {
		return "", err
	}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusOK {
		err = errors.Join(err, errors.New(response.Status))
	}
	return string(body), errors.Join(err, response.Body.Close())
}

// upgrade speaks another protocol on a connection, and shuts its side.
func upgrade(ctx context.Context, t *testing.T, dial faulttest.Dialer) {
	conn, err := dial(ctx)
	require.NoError(t, err)
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	require.NoError(t, conn.SetDeadline(deadline))
	_, err = io.WriteString(conn, "GET /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
	require.NoError(t, err)
	replies := bufio.NewReader(conn)
	response, err := http.ReadResponse(replies, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
	_, err = io.WriteString(conn, "a line\nand no line\x00")
	require.NoError(t, err)
	require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
	rest, err := io.ReadAll(replies)
	require.NoError(t, err)
	assert.Equal(t, "a line\nand no line\x00\x00that were 19 bytes", string(rest))
}

// callHTTP gets a body in chunks.
func callHTTP(ctx context.Context, dial faulttest.Dialer) (string, error) {
	client := over(dial)
	defer client.CloseIdleConnections()
	return get(ctx, client, "/chunks")
}
