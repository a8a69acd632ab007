package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes/server"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestCommands(t *testing.T) {
	socket := faulttest.TempSocket(t)
	l, err := server.Listen(socket)
	require.NoError(t, err)
	over := make(chan error)
	defer func() { assert.NoError(t, <-over) }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { over <- server.Serve(ctx, l, new(server.Notes)) }()
	for _, tt := range []struct {
		args           []string
		stdin          string
		stdout, stderr string
		err            string
	}{
		{args: []string{"-socket", socket, "-timeout", "20s", "add", "eggs"}},
		{args: []string{"-socket", socket, "-timeout", "20s", "import"}, stdin: "tea\njam",
			stderr: "notes: import: 40%\nnotes: import: 100%\n"},
		{args: []string{"-socket", socket, "-timeout", "20s", "list"}, stdout: "eggs\ntea\njam\n"},
		{args: []string{"-socket", socket, "add"}, err: "add: a note has at least one character"},
		{args: []string{"-socket", socket, "import"}, stdin: "tea\n\njam\n", err: "import: text 2: a note has at least one character"},
		{args: []string{"-socket", socket, "lits"}, err: `there is no command "lits"`},
		{args: []string{"list"}, err: "-socket PATH"},
		{args: []string{"-socket", socket + "x", "list"}, err: "list: dial unix "},
	} {
		var stdout, stderr bytes.Buffer
		err := run(t.Context(), tt.args, strings.NewReader(tt.stdin), &stdout, &stderr)
		assert.Equal(t, tt.stdout, stdout.String(), "%q", tt.args)
		assert.Equal(t, tt.stderr, stderr.String(), "%q", tt.args)
		if tt.err == "" {
			require.NoError(t, err, "%q", tt.args)
		} else {
			assert.ErrorContains(t, err, tt.err)
		}
	}
}
