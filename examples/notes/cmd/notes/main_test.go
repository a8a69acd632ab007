package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestCommands(t *testing.T) {
	reply := `{"id":1,"ok":true,"notes":["milk","bread"]}` + "\n"
	d := faulttest.Start(t, faultdaemon.Config{ResponseHandler: func([]byte) []byte { return []byte(reply) }})
	for _, tt := range []struct {
		args   []string
		stdout string
		err    string
	}{
		{[]string{"-socket", d.SocketPath(), "list"}, "milk\nbread\n", ""},
		{[]string{"-socket", d.SocketPath(), "-timeout", "5s", "add", "eggs"}, "", ""},
		{[]string{"-socket", d.SocketPath(), "add"}, "", "add: a note has at least one character"},
		{[]string{"-socket", d.SocketPath(), "lits"}, "", `there is no command "lits"`},
		{[]string{"list"}, "", "-socket PATH"},
		{[]string{"-socket", d.SocketPath() + "x", "list"}, "", "list: dial unix "},
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
	calls := d.GetCalls()
	require.Len(t, calls, 2)
	assert.JSONEq(t, `{"id":1,"type":"add","text":"eggs"}`, string(calls[1].Request))
}
