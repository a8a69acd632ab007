package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// mcpServer, acpAgent and lspServer are the flags for a server of each protocol.
var (
	mcpServer = []string{"--protocol", "jsonrpc", "--methods", "node/mcp.json"}
	acpAgent  = []string{"--protocol", "jsonrpc", "--methods", "node/acp.json"}
	lspServer = []string{"--protocol", "jsonrpc-headers", "--methods", "node/lsp.json"}
)

// spawnedClients are the clients that spawn their server, each with a handshake and
// a call; vscode-jsonrpc has no handshake.
func spawnedClients(spawned string) []program {
	inGo := func(name, module string, server []string) program {
		return program{name: name, version: []string{"go", "list", "-m", "-f", "{{.Version}}", module},
			check: server, command: []string{spawned, name, "{server-json}"}}
	}
	inNode := func(name, file string, server []string) program {
		print := fmt.Sprintf("require('./node/node_modules/%s/package.json').version", name)
		return program{name: name, version: []string{"node", "-p", print},
			check: server, command: []string{"node", "node/" + file, "{server-json}"}}
	}
	return []program{
		inNode("@modelcontextprotocol/sdk", "spawn-mcp.js", mcpServer),
		inGo("go-sdk", "github.com/modelcontextprotocol/go-sdk", mcpServer),
		inGo("mcp-go", "github.com/mark3labs/mcp-go", mcpServer),
		inNode("@agentclientprotocol/sdk", "spawn-acp.mjs", acpAgent),
		inGo("acp-go-sdk", "github.com/coder/acp-go-sdk", acpAgent),
		inNode("vscode-languageserver-protocol", "spawn-lsp.js", lspServer),
		inNode("vscode-jsonrpc", "spawn-vscode.js", []string{"--protocol", "jsonrpc-headers", "--methods", "node/methods.json"}),
		{name: "Neovim", version: []string{"nvim", "--version"}, check: lspServer,
			skip:    []string{"jsonrpc_duplicate_response"}, // of which the second may come after its end
			command: []string{"nvim", "--clean", "--headless", "-n", "-S", "hover.lua", "{server-json}"}},
	}
}

// unsteady are the faults whose verdict is another one by chance: the server is gone
// before the client's next write or after it, a second message is on its way or not
// yet, Node has freed memory or not yet.
var unsteady = []string{"jsonrpc_close_race_with_reply", "jsonrpc_out_of_order", "jsonrpc_notification_flood"}

// spawnedPart is the tables of these clients on the page.
var spawnedPart = regexp.MustCompile(`(?s)(<!-- BEGIN spawned -->\n)(.*?)(<!-- END spawned -->\n)`)

// A client that spawns its server does what the page says. Where its version is
// another one than the page's, a difference is logged only.
func TestSpawned(t *testing.T) {
	text, err := os.ReadFile(pageFile)
	require.NoError(t, err)
	part := spawnedPart.FindSubmatch(text)
	require.NotNil(t, part, "%s has no part for the clients that spawn their server", pageFile)
	said := cellsOf(string(part[2]))
	faultdaemonBin, spawned := buildSpawned(t)

	var judged []spawnedColumn
	for _, p := range spawnedClients(spawned) {
		t.Run(p.name, func(t *testing.T) {
			p.requireInstalled(t)
			p.skip = slices.Concat(closedAtOnce, unsteady, p.skip)
			column := spawnedColumn{p, p.installed(t), p.judge(t, faultdaemonBin)}
			known := strings.Contains(string(part[2]), "| "+p.name+" | "+column.version+" |")
			for _, r := range column.results {
				old, now := said[p.name][r.Fault], r.cell()
				if old == "" && (r.Grade == verdict.OK || r.Verdict == faulttest.Untested) {
					continue // there is no row where all clients are ok or untested
				}
				switch {
				case old == now || *update:
				case known:
					t.Errorf("%s under %s: the page says %q, and now it is %q: the client %s", p.name, r.Fault, old, now, r.Client)
				default:
					t.Logf("%s under %s: the page says %q of another version, and %s is %q", p.name, r.Fault, old, column.version, now)
				}
			}
			judged = append(judged, column)
		})
	}
	if !*update {
		return
	}
	require.Len(t, judged, len(spawnedClients(spawned)), "the page is rewritten where all clients are installed")
	fresh := spawnedPart.ReplaceAllLiteral(text, slices.Concat(part[1], []byte(spawnedTables(judged)), part[3]))
	require.NoError(t, os.WriteFile(pageFile, fresh, 0o644))
}

// buildSpawned builds the command, and the clients in Go.
func buildSpawned(t *testing.T) (faultdaemonBin, spawned string) {
	t.Helper()
	dir := t.TempDir()
	command(t, "go", "-C", "..", "build", "-o", dir+"/", "./cmd/faultdaemon")
	command(t, "go", "build", "-o", dir+"/", "./spawned")
	return filepath.Join(dir, "faultdaemon"), filepath.Join(dir, "spawned")
}

// requireInstalled skips the test where the client is not installed.
func (p program) requireInstalled(t *testing.T) {
	t.Helper()
	if p.command[0] == "node" {
		requirePackage(t, p.name)
	}
	if _, err := exec.LookPath(p.command[0]); err != nil {
		t.Skipf("%s is not installed: see programs.sh", p.command[0])
	}
}

// A spawnedColumn is a client, its version, and what it did.
type spawnedColumn struct {
	program
	version string
	results []programResult
}

// cell is what the table says of a result.
func (r programResult) cell() string {
	return mark{r.Verdict, r.Grade, r.OK || r.Verdict == faulttest.Untested}.String()
}

// spawnedTables are the part of the page: versions and grades, then the faults under
// which a client is not ok.
func spawnedTables(judged []spawnedColumn) string {
	var b strings.Builder
	b.WriteString("| client | version | run as | ok | lenient | late | overstrict | unsafe | untested |\n" +
		"| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	var rows []faultdaemon.Fault
	cells := make(map[string]map[faultdaemon.Fault]string)
	for _, c := range judged {
		count := make(map[faulttest.Grade]int)
		cells[c.name] = make(map[faultdaemon.Fault]string)
		for _, r := range c.results {
			count[r.Grade]++
			cells[c.name][r.Fault] = r.cell()
			if r.Verdict != faulttest.Untested && r.Grade != verdict.OK && !slices.Contains(rows, r.Fault) {
				rows = append(rows, r.Fault)
			}
		}
		c.command = append([]string{filepath.Base(c.command[0])}, c.command[1:]...)
		fmt.Fprintf(&b, "| %s | %s | `%s` | %d | %d | %d | %d | %d | %d |\n", c.name, c.version, c.line(),
			count[verdict.OK], count[verdict.Lenient], count[verdict.Late], count[verdict.Overstrict], count[verdict.Unsafe], count[""])
	}
	b.WriteString("\n| fault |")
	for _, c := range judged {
		fmt.Fprintf(&b, " %s |", c.name)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(judged)) + "\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "| [`%s`](faults.md#%s) |", row, row.Name())
		for _, c := range judged {
			if cell := cells[c.name][row]; cell != "" {
				b.WriteString(" " + cell)
			}
			b.WriteString(" |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The clients in Go under faults that only processes have: nothing here depends on
// how fast the machine is, and nothing is left running.
func TestSpawnedInGo(t *testing.T) {
	t.Parallel()
	faultdaemonBin, spawned := buildSpawned(t)
	dirty := map[string]faulttest.Verdict{"go-sdk": faulttest.Rejected, "mcp-go": faulttest.Survived, "acp-go-sdk": faulttest.Survived}
	for _, p := range spawnedClients(spawned) {
		if p.command[0] != spawned {
			continue
		}
		t.Run(p.name, func(t *testing.T) {
			want := map[faultdaemon.Fault]faulttest.Verdict{
				"exit_at_start":     faulttest.Rejected,
				"exit_mid_call":     faulttest.Rejected,
				"stderr_flood":      faulttest.Survived,
				"ignores_eof":       faulttest.Survived,
				"child_holds_pipes": faulttest.TimedOut, // it waits for the end of stdout, and its context ends that
				"dirty_stdout":      dirty[p.name],
			}
			assert.Equal(t, want, p.under(t, faultdaemonBin, slices.Collect(maps.Keys(want))...))
			requireNoneLeft(t, faultdaemonBin)
		})
	}
}

// under returns the verdicts on the client under these faults.
func (p program) under(t *testing.T, faultdaemonBin string, faults ...faultdaemon.Fault) map[faultdaemon.Fault]faulttest.Verdict {
	t.Helper()
	for _, f := range faults {
		p.check = append(slices.Clip(p.check), "--fault", string(f))
	}
	got := make(map[faultdaemon.Fault]faulttest.Verdict)
	for _, r := range p.judge(t, faultdaemonBin) {
		got[r.Fault] = r.Verdict
	}
	return got
}

// The worst that was found, each shown by the client that the page names.
func TestSpawnedFindings(t *testing.T) {
	t.Parallel()
	faultdaemonBin, spawned := buildSpawned(t)
	for client, want := range map[string]map[faultdaemon.Fault]faulttest.Verdict{
		"@modelcontextprotocol/sdk": {"closes_stdin": faulttest.Hung, "child_holds_pipes": faulttest.Hung},
		"vscode-jsonrpc":            {"write_half_then_hang": faulttest.Hung},
		"acp-go-sdk":                {"jsonrpc_neither_result_nor_error": faulttest.WrongAnswer},
		"Neovim":                    {"ignores_eof": faulttest.Leaked, "ignores_sigterm": faulttest.Leaked},
	} {
		t.Run(client, func(t *testing.T) {
			clients := spawnedClients(spawned)
			p := clients[slices.IndexFunc(clients, func(p program) bool { return p.name == client })]
			p.requireInstalled(t)
			p.check = append(slices.Clip(p.check), "--timeout", "4s")
			assert.Equal(t, want, p.under(t, faultdaemonBin, slices.Collect(maps.Keys(want))...))
			requireNoneLeft(t, faultdaemonBin)
		})
	}
}

// connect of @modelcontextprotocol/sdk neither resolves nor rejects, whatever its
// timeout, where the server has closed its stdin by the time that the client tells
// it that it is initialized.
func TestNodeMCPNeverSettles(t *testing.T) {
	t.Parallel()
	requirePackage(t, "@modelcontextprotocol/sdk")
	faultdaemonBin, _ := buildSpawned(t)
	for fault, want := range map[faultdaemon.Fault]string{
		faultdaemon.FaultNone: "connected\n",
		"exit_mid_call":       "rejected: MCP error -32000: Connection closed\n",
		"closes_stdin":        "never settled\n",
	} {
		t.Run(fault.String(), func(t *testing.T) {
			server := append([]string{faultdaemonBin, "stdio", "--fault", fault.String()}, mcpServer...)
			list, err := json.Marshal(server)
			require.NoError(t, err)
			assert.Equal(t, want, command(t, "node", "node/spawn-mcp-settles.js", string(list)))
		})
	}
}

// requireNoneLeft fails the test if a process runs this program.
func requireNoneLeft(t *testing.T, path string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return
	}
	files, err := filepath.Glob("/proc/[0-9]*/exe")
	require.NoError(t, err)
	for _, file := range files {
		target, _ := os.Readlink(file) // it may have ended, or be another user's
		assert.NotEqual(t, path, target, "%s is left", file)
	}
}
