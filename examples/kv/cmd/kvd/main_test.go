package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestServesUntilItIsInterrupted(t *testing.T) {
	socket := faulttest.TempSocket(t)
	ctx, interrupt := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- run(ctx, []string{"-socket", socket}) }()
	var client *kv.Client
	require.Eventually(t, func() (listens bool) {
		var err error
		client, err = kv.Dial(t.Context(), socket)
		return err == nil
	}, 20*time.Second, time.Millisecond)
	defer client.Close()
	require.NoError(t, client.Put(t.Context(), "colour", []byte("red")))

	interrupt()
	require.NoError(t, <-served)
	_, err := client.Get(t.Context(), "colour")
	require.Error(t, err)
	_, err = os.Stat(socket)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestASocketIsNeeded(t *testing.T) {
	assert.ErrorContains(t, run(t.Context(), nil), "-socket PATH")
	assert.ErrorContains(t, run(t.Context(), []string{"-socket", t.TempDir() + "/no/such/directory"}), "listen unix")
}
