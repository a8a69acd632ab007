package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestServesUntilItIsInterrupted(t *testing.T) {
	socket := faulttest.TempSocket(t)
	ctx, interrupt := context.WithCancel(t.Context())
	stdout, w := io.Pipe()
	served := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"-socket", socket}, w)
		_ = w.CloseWithError(err) // always nil
		served <- err
	}()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	assert.Equal(t, "listening on "+socket+"\n", line)
	client, err := kv.Dial(t.Context(), socket)
	require.NoError(t, err)
	defer client.Close()
	require.NoError(t, client.Put(t.Context(), "colour", []byte("red")))

	interrupt()
	require.NoError(t, <-served)
	_, err = client.Get(t.Context(), "colour")
	require.Error(t, err)
	_, err = os.Stat(socket)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestASocketIsNeeded(t *testing.T) {
	assert.ErrorContains(t, run(t.Context(), nil, io.Discard), "-socket PATH")
	assert.ErrorContains(t, run(t.Context(), []string{"-socket", t.TempDir() + "/no/such/directory"}, io.Discard), "listen unix")
}
