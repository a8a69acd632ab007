package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheCommandForOneFaultKeepsWhatTheRunIs(t *testing.T) {
	tool := Tool{Name: "kvfault"}
	cmd := newCheck(tool)
	require.NoError(t, cmd.ParseFlags([]string{
		"--deadline", "3s", "--reply", "it's", // of the run
		"--only", "cut_at", "--only", "half_close", "--skip", "flip_at", "--shard", "1/2", "--parallel", "1", // of the choice
		"--format", "json", "--out", "x", "--all", "--verbose", "--color", "never", "--exit-zero", // of the report
		"--name", "x", "--baseline", "b", "--strict-baseline", "--update-baseline",
	}))
	command := alone(cmd, tool, []string{"./a client", "--socket={socket}", "$HOME"})
	require.Equal(t,
		`kvfault check --timeout 3s --reply 'it'"'"'s' --fault 'cut_at(1, eof)' -- './a client' '--socket={socket}' '$HOME'`,
		command("cut_at(1, eof)"))
}
