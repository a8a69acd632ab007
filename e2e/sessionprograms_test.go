package e2e

import (
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What clients from npm do that keep a connection, by sessions of one process each. The
// verdicts that are listed do not depend on the clients' timers.
func TestNPMSessions(t *testing.T) {
	for name, c := range map[string]struct {
		tool    string
		flags   string
		program string
		stuck   []string // under these faults
		not     []string // stuck under these
	}{
		"ioredis": {"./redisfault", "", "node/session-ioredis.js",
			[]string{"hang_before_response", "very_slow_response", "write_half_then_hang", "deadlock", "keepalive_silent"},
			[]string{"close_after_read", "reset_after_read", "partial_response", "socket_absent", "socket_gap", "idle_close"}},
		"vscode-jsonrpc": {"../cmd/faultdaemon", "--protocol=jsonrpc-headers", "node/session-vscode.js",
			[]string{"hang_before_response", "deadlock", "keepalive_silent", "flip_at", "jsonrpc_header_no_colon",
				"jsonrpc_header_missing_length", "jsonrpc_header_bad_number", "jsonrpc_header_length_short"},
			[]string{"close_after_read", "reset_after_read", "partial_response", "socket_absent", "socket_gap", "idle_close",
				"invalid_json", "jsonrpc_id_missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			requirePackage(t, name)
			command := filepath.Join(t.TempDir(), "tool")
			build := exec.CommandContext(t.Context(), "go", "build", "-o", command, ".")
			build.Dir = c.tool
			output, err := build.CombinedOutput()
			require.NoError(t, err, "%s", output)
			verdicts := sessionVerdicts(t, command, c.program, append(strings.Fields(c.flags), faultFlags(c.stuck, c.not)...))
			for _, fault := range c.stuck {
				require.Equal(t, "stuck", verdicts[fault], "under %s", fault)
			}
			for _, fault := range c.not {
				require.Contains(t, []string{"survived", "rejected", "timed out"}, verdicts[fault], "under %s", fault)
			}
		})
	}
}

func faultFlags(lists ...[]string) (flags []string) {
	for _, list := range lists {
		for _, fault := range list {
			flags = append(flags, "--fault="+fault)
		}
	}
	return flags
}

// sessionVerdicts returns what a tool says of a program, by fault.
func sessionVerdicts(t *testing.T, tool, program string, flags []string) map[string]string {
	t.Helper()
	args := append([]string{"check", "--session", "--recover=3s", "--timeout=3s", "--format=json"}, flags...)
	output, err := exec.CommandContext(t.Context(), tool, append(args, "--", "node", program, "{socket}")...).Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		require.Equal(t, 1, exit.ExitCode(), "%s", exit.Stderr)
	}
	var document struct {
		Clients []struct {
			Report struct {
				Results []struct{ Fault, Verdict string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(output, &document))
	require.Len(t, document.Clients, 1)
	verdicts := make(map[string]string)
	for _, r := range document.Clients[0].Report.Results {
		verdicts[r.Fault] = r.Verdict
	}
	return verdicts
}
