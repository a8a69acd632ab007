package main

import (
	"bytes"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv/kvd"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestCommands(t *testing.T) {
	socket := faulttest.TempSocket(t)
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	var server kvd.Server
	served := make(chan error, 1)
	go func() { served <- server.Serve(l) }()
	defer func() {
		server.Close()
		assert.NoError(t, <-served)
	}()
	for _, tt := range []struct {
		args   []string
		stdout string
		err    string
	}{
		{[]string{"-socket", socket, "put", "colour", "red"}, "", ""},
		{[]string{"-socket", socket, "put", "shape", "round"}, "", ""},
		{[]string{"-socket", socket, "-timeout", "5s", "get", "shape", "colour"}, "round\nred\n", ""},
		{[]string{"-socket", socket, "delete", "shape"}, "", ""},
		{[]string{"-socket", socket, "get", "shape", "colour"}, "", `get "shape": no such key`},
		{[]string{"-socket", socket, "get"}, "", `there is no command ["get"]`},
		{[]string{"get", "colour"}, "", "-socket PATH"},
		{[]string{"-socket", socket + "x", "get", "colour"}, "", "dial unix "},
	} {
		var stdout bytes.Buffer
		err := run(t.Context(), tt.args, &stdout)
		assert.Equal(t, tt.stdout, stdout.String(), "%q", tt.args)
		if tt.err == "" {
			require.NoError(t, err, "%q", tt.args)
		} else {
			assert.ErrorContains(t, err, tt.err)
		}
	}
}
