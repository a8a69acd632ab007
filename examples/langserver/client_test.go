package langserver_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/langserver"
	"github.com/faultdaemon/toolkit/examples/langserver/server"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

const (
	uri  = "file:///home/ann/list"
	text = "Monday\nTODO(ann): feed the cat\nsleep\n// TODO sing größer\nTODO"
)

// realDaemon serves on a Unix socket until the test ends.
func realDaemon(t *testing.T) (socket string) {
	t.Helper()
	socket = faulttest.TempSocket(t)
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error)
	go func() { served <- server.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		assert.NoError(t, <-served)
	})
	return socket
}

// dial begins a session that ends with the test.
func dial(t *testing.T, socket string) *langserver.Client {
	t.Helper()
	c, err := langserver.Dial(t.Context(), socket, langserver.Options{Timeout: 20 * time.Second}) // whatever else the machine does
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func TestSessionWithTheRealDaemon(t *testing.T) {
	c := dial(t, realDaemon(t))
	require.NoError(t, c.Open(t.Context(), uri, text))

	remarks, err := c.Diagnostics(t.Context(), uri)
	require.NoError(t, err)
	assert.Equal(t, []langserver.Diagnostic{
		{Line: 1, Message: "feed the cat"},
		{Line: 3, Message: "sing größer"},
		{Line: 4, Message: "this does not say what is to be done"},
	}, remarks)

	list, err := c.Symbols(t.Context(), uri)
	require.NoError(t, err)
	assert.Equal(t, []langserver.Symbol{{Line: 1, Name: "feed the cat"}, {Line: 3, Name: "sing größer"}, {Line: 4, Name: "something"}}, list)

	for line, want := range []string{"", "1 of 3: feed the cat, by ann", "", "2 of 3: sing größer", "3 of 3: something", ""} {
		got, err := c.Hover(t.Context(), uri, line)
		require.NoError(t, err)
		assert.Equal(t, want, got, "line %d", line)
	}

	require.NoError(t, c.Shutdown(t.Context()))
	_, err = c.Symbols(t.Context(), uri)
	assert.ErrorIs(t, err, langserver.ErrClosed)
}

func TestManyCallsAtOnce(t *testing.T) {
	c := dial(t, realDaemon(t))
	var asking sync.WaitGroup
	for i := range 200 {
		asking.Go(func() {
			uri := fmt.Sprintf("file:///%d", i)
			assert.NoError(t, c.Open(t.Context(), uri, fmt.Sprintf("TODO count to %d", i)))
			list, err := c.Symbols(t.Context(), uri)
			assert.NoError(t, err)
			assert.Equal(t, []langserver.Symbol{{Name: fmt.Sprintf("count to %d", i)}}, list)
			remarks, err := c.Diagnostics(t.Context(), uri)
			assert.NoError(t, err)
			assert.Equal(t, []langserver.Diagnostic{{Message: fmt.Sprintf("count to %d", i)}}, remarks)
		})
	}
	asking.Wait()
}

func TestTheDaemonsRefusalIsTheCallsError(t *testing.T) {
	c := dial(t, realDaemon(t))
	_, err := c.Symbols(t.Context(), uri)
	assert.EqualError(t, err, "textDocument/documentSymbol: the daemon says: file:///home/ann/list is not open (-32602)")
	require.NoError(t, c.Open(t.Context(), uri, text))
	_, err = c.Symbols(t.Context(), uri)
	assert.NoError(t, err, "the session goes on")
}

func TestDialFindsNobody(t *testing.T) {
	_, err := langserver.Dial(t.Context(), faulttest.TempSocket(t), langserver.Options{})
	assert.ErrorContains(t, err, "dial unix ")
}
