package e2e

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An npmClient is a program in node/ that makes one call with a package from
// npm, and what faultdaemon check says of it.
type npmClient struct {
	name    string
	program string
	flags   string            // what a healthy daemon speaks and replies, and faults to leave out
	notOK   map[string]string // verdict and grade by fault; under all others that it meets it is ok
}

// These are the faults that a client meets only with several calls, a
// notification, a batch or a large request, which the clients here do not make.
const (
	beyondOneCall    = "--skip=stop_* --skip=close_read_side --skip=coalesced_responses --skip=*_coalesced_duplicate"
	beyondOneRequest = "--skip=jsonrpc_reply_to_notification --skip=jsonrpc_batch_reordered --skip=jsonrpc_batch_partial " +
		"--skip=jsonrpc_batch_empty --skip=jsonrpc_out_of_order --skip=jsonrpc_late_reply --skip=jsonrpc_instant_reply " +
		"--skip=jsonrpc_response_flood_while_client_writes"
)

// agentKeys is an SSH agent's answer: one key of the type ssh-ed25519 with the
// comment "test".
const agentKeys = "0c00000001" +
	"00000033" + "0000000b7373682d65643235353139" +
	"000000200102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20" +
	"0000000474657374"

// npmClients are on the page docs/clients.md, under "Clients from npm".
func npmClients() []npmClient {
	return []npmClient{
		{
			name:    "json-rpc-2.0",
			program: "node/npm-jsonrpc.js",
			flags:   "--protocol=jsonrpc --methods=node/methods.json " + beyondOneRequest,
			notOK: map[string]string{
				"jsonrpc_case_variant_keys":           "timed out, late",
				"jsonrpc_id_missing":                  "timed out, late",
				"jsonrpc_server_request_id_collision": "rejected, overstrict",
				"jsonrpc_version_missing":             "survived, lenient",
				"jsonrpc_version_wrong":               "survived, lenient",
			},
		},
		{
			name:    "vscode-jsonrpc",
			program: "node/npm-vscode.js",
			flags:   "--protocol=jsonrpc-headers --methods=node/methods.json " + beyondOneRequest,
			notOK: map[string]string{
				"jsonrpc_batch_array_for_single": "timed out, late",
				"jsonrpc_case_variant_keys":      "timed out, late",
				"jsonrpc_duplicate_response":     "wrong answer, unsafe",
				"jsonrpc_header_wrong_charset":   "survived, lenient",
				"jsonrpc_id_missing":             "timed out, late",
				"jsonrpc_method_and_result":      "timed out, late",
				"jsonrpc_version_missing":        "survived, lenient",
				"jsonrpc_version_wrong":          "survived, lenient",
			},
		},
		{
			name:    "ssh2",
			program: "node/npm-ssh-agent.js",
			flags:   "--protocol=length-prefix:offset=0,width=4,order=be --reply=hex:" + agentKeys,
			notOK: map[string]string{
				"lengthprefix_length_short": "survived, lenient",
			},
		},
	}
}

// The command judges clients that it knows nothing of but their command line.
func TestNPM(t *testing.T) {
	clients := npmClients()
	for _, c := range clients {
		requirePackage(t, c.name)
	}
	command := filepath.Join(t.TempDir(), "faultdaemon")
	output, err := exec.CommandContext(t.Context(), "go", "build", "-C", "..", "-o", command, "./cmd/faultdaemon").CombinedOutput()
	require.NoError(t, err, "%s", output)
	// One after the other: the clients' own timers run in real time.
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			assert.Equal(t, c.notOK, c.check(t, command))
		})
	}
}

// check runs the command and returns what is not ok in its report.
func (c npmClient) check(t *testing.T, command string) map[string]string {
	t.Helper()
	args := strings.Fields("check --timeout=3s --format=json " + beyondOneCall + " " + c.flags)
	check := exec.CommandContext(t.Context(), command, append(args, "--", "node", c.program, "{socket}")...)
	output, err := check.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		require.Equal(t, 1, exit.ExitCode(), "%s", exit.Stderr)
	} else {
		require.NoError(t, err)
	}
	var document struct {
		Clients []struct {
			Report struct {
				Results []struct{ Fault, Verdict, Grade, Client string }
			}
		}
	}
	require.NoError(t, json.Unmarshal(output, &document))
	require.Len(t, document.Clients, 1)
	notOK := make(map[string]string)
	ok := 0
	for _, r := range document.Clients[0].Report.Results {
		if r.Grade == "ok" {
			ok++
		} else {
			notOK[r.Fault] = r.Verdict + ", " + r.Grade
			t.Logf("%s: %s", r.Fault, r.Client)
		}
	}
	assert.GreaterOrEqual(t, ok, 30, "faults under which the client is ok")
	return notOK
}

// requirePackage skips the test where npm ci has not installed a package.
func requirePackage(t *testing.T, name string) {
	t.Helper()
	_, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat(filepath.Join("node", "node_modules", name))
	}
	if err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%v: these clients have to be tested in CI: install Node and run npm ci in e2e/node", err)
	}
	t.Skipf("%v: these clients need Node, and npm ci in e2e/node", err)
}
