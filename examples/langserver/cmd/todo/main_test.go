package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/langserver/server"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestCommands(t *testing.T) {
	socket := faulttest.TempSocket(t)
	l, err := net.Listen("unix", socket)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- server.Serve(ctx, l) }()

	t.Chdir(t.TempDir())
	require.NoError(t, os.WriteFile("a", []byte("TODO(ann): feed the cat\n\nTODO sing\n"), 0o600))
	require.NoError(t, os.WriteFile("b c", []byte("x\nTODO sleep"), 0o600))
	for _, tt := range []struct {
		args   []string
		stdout string
		err    string
	}{
		{[]string{"-socket", socket, "list", "a", "b c"}, "a:1: feed the cat\na:3: sing\nb c:2: sleep\n", ""},
		{[]string{"-socket", socket, "list"}, "", ""},
		{[]string{"-socket", socket, "list", "a", "d"}, "a:1: feed the cat\na:3: sing\n", "open d: no such file"},
		{[]string{"-socket", socket, "-timeout", "5s", "hover", "a", "1"}, "1 of 2: feed the cat, by ann\n", ""},
		{[]string{"-socket", socket, "hover", "a", "2"}, "there is nothing to do\n", ""},
		{[]string{"-socket", socket, "hover", "a", "0"}, "", `"0" is no line`},
		{[]string{"-socket", socket, "sing"}, "", `there is no command "sing"`},
		{[]string{"-socket", filepath.Join(filepath.Dir(socket), "x"), "list", "a"}, "", "dial unix "},
		{[]string{"list", "a"}, "", "-socket PATH"},
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
	cancel()
	require.NoError(t, <-served)
}
