package main

import (
	"bufio"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/langserver"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestRunServesUntilItIsInterrupted(t *testing.T) {
	socket := faulttest.TempSocket(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stdout, w := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, []string{"-socket", socket}, w) }()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "listening on "+socket+"\n", line)

	client, err := langserver.Dial(t.Context(), socket, langserver.Options{})
	require.NoError(t, err)
	defer client.Close()
	cancel()
	require.NoError(t, <-ended)
	_, err = client.Hover(t.Context(), "file:///a", 0)
	assert.ErrorContains(t, err, "textDocument/hover: ")
	assert.NoFileExists(t, socket)
}

func TestRunRefuses(t *testing.T) {
	assert.ErrorContains(t, run(t.Context(), nil, io.Discard), "-socket PATH")
	assert.ErrorContains(t, run(t.Context(), []string{"-socket", t.TempDir()}, io.Discard), "address already in use")
}
