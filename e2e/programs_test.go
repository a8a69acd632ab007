package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A program is one that faultdaemon check judges, as it is installed.
type program struct {
	name    string   // its column
	version []string // prints its version
	check   []string // the flags of faultdaemon check
	command []string // is judged
	skip    []string // faults that make a message of another protocol than the program's, or that the program races with
}

// closedAtOnce are the faults whose verdict depends on whether the daemon closes
// before or after the program writes.
var closedAtOnce = []string{"close_immediately", "drop_connection"}

// notLines are the faults whose message is made of lines or JSON, which is no
// message of a protocol that only looks like lines.
var notLines = []string{"corrupt_response", "invalid_json", "embedded_newlines", "multiline_response", "response_too_large"}

func programs() []program {
	// An agent's answer with one Ed25519 key.
	const identities = "0c00000001" + "00000033" + "0000000b7373682d65643235353139" +
		"000000200102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20" + "0000000474657374"
	// Authentication is done, the server is ready for a query.
	const loggedIn = "520000000800000000" + "5a0000000549"
	return []program{
		{name: "ssh-add", version: []string{"ssh", "-V"},
			check: []string{"--protocol", "length-prefix:offset=0,width=4,order=be", "--reply", "hex:" + identities,
				"--env", "SSH_AUTH_SOCK={socket}", "--timeout", "2s"},
			command: []string{"ssh-add", "-l"},
			skip:    []string{"refuse_after_accept"}}, // it writes twice: the second comes before the reset, or after it
		{name: "redis-cli", version: []string{"redis-cli", "--version"},
			check:   []string{"--protocol", "resp", "--reply-raw", "+PONG\r\n", "--timeout", "2s"},
			command: []string{"redis-cli", "-s", "{socket}", "PING"}},
		{name: "curl", version: []string{"sh", "-c", "curl --version | cut -d' ' -f1,2"},
			check:   []string{"--reply-raw", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n", "--timeout", "3s"},
			command: []string{"curl", "-sS", "--max-time", "1", "--unix-socket", "{socket}", "http://x/"},
			skip:    append([]string{"response_without_newline"}, notLines...)},
		{name: "psql", version: []string{"psql", "--version"},
			check: []string{"--protocol", "length-prefix:offset=0,width=4,order=be,adjust=-4", "--socket-name", ".s.PGSQL.5432",
				"--reply-raw", "hex:" + loggedIn, "--env", "PGCONNECT_TIMEOUT=2", "--timeout", "5s"},
			command: []string{"psql", "-X", "-h", "{dir}", "-p", "5432", "-U", "u", "-d", "d", "-c", `\echo connected`},
			skip:    []string{"lengthprefix_*", "corrupt_response", "response_too_large"}},
		{name: "socat", version: []string{"sh", "-c", "socat -V | sed -n 2p"},
			check:   []string{"--reply", "pong", "--timeout", "3s"},
			command: []string{"sh", "-c", "echo ping | socat -t1 - UNIX-CONNECT:{socket}"},
			skip:    notLines},
	}
}

// programsPart is the table of the programs on the page.
var programsPart = regexp.MustCompile(`(?s)(<!-- BEGIN programs -->\n)(.*?)(<!-- END programs -->\n)`)

// A program does what the page says. Where its version is another one than the
// page's, a difference is logged only.
func TestPrograms(t *testing.T) {
	text, err := os.ReadFile(pageFile)
	require.NoError(t, err)
	part := programsPart.FindSubmatch(text)
	require.NotNil(t, part, "%s has no part for the programs", pageFile)
	said := cellsOf(string(part[2]))
	faultdaemonBin := filepath.Join(t.TempDir(), "faultdaemon")
	build := exec.Command("go", "build", "-o", faultdaemonBin, "./cmd/faultdaemon")
	build.Dir = ".."
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)

	var rows []faultdaemon.Fault
	versions := make(map[string]string)
	cells := make(map[string]map[faultdaemon.Fault]string)
	for _, p := range programs() {
		t.Run(p.name, func(t *testing.T) {
			if _, err := exec.LookPath(p.name); err != nil {
				t.Skipf("%s is not installed: see programs.sh", p.name)
			}
			version := p.installed(t)
			known := strings.Contains(string(part[2]), "| "+p.name+" | "+version+" |")
			now := make(map[faultdaemon.Fault]string)
			p.skip = slices.Concat(closedAtOnce, p.skip)
			for _, r := range p.judge(t, faultdaemonBin) {
				now[r.Fault] = mark{r.Verdict, r.Grade, r.OK || r.Verdict == faulttest.Untested}.String()
				if !slices.Contains(rows, r.Fault) {
					rows = append(rows, r.Fault)
				}
				switch old := said[p.name][r.Fault]; {
				case old == now[r.Fault] || *update:
				case known:
					t.Errorf("%s under %s: the page says %q, and now it is %q: the client %s", p.name, r.Fault, old, now[r.Fault], r.Client)
				default:
					t.Logf("%s under %s: the page says %q of another version, and %s is %q", p.name, r.Fault, old, version, now[r.Fault])
				}
			}
			for row, old := range said[p.name] {
				if _, met := now[row]; !met && old != "" && known && !*update {
					t.Errorf("%s under %s: the page says %q, and now it was not judged", p.name, row, old)
				}
			}
			versions[p.name], cells[p.name] = version, now
		})
	}
	if !*update {
		return
	}
	require.Len(t, cells, len(programs()), "the page is rewritten where all programs are installed")
	fresh := programsPart.ReplaceAllLiteral(text, slices.Concat(part[1], []byte(programsTable(rows, versions, cells)), part[3]))
	require.NoError(t, os.WriteFile(pageFile, fresh, 0o644))
}

// installed is the first line of the program's version.
func (p program) installed(t *testing.T) string {
	out, err := exec.Command(p.version[0], p.version[1:]...).CombinedOutput()
	require.NoError(t, err)
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}

// A programResult is what a report in JSON says of one fault.
type programResult struct {
	Fault   faultdaemon.Fault
	Verdict faulttest.Verdict
	Grade   faulttest.Grade
	OK      bool
	Client  string
}

// judge returns the results of the program, in the catalogue's order.
func (p program) judge(t *testing.T, faultdaemonBin string) []programResult {
	args := append([]string{"check", "--format", "json", "--exit-zero", "--seed", "1", "--jobs", "4"}, p.check...)
	for _, s := range p.skip {
		args = append(args, "--skip", s)
	}
	cmd := exec.Command(faultdaemonBin, append(append(args, "--"), p.command...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, "%s", &stderr)
	var report struct {
		Clients []struct {
			Report struct{ Results []programResult }
		}
	}
	require.NoError(t, json.Unmarshal(out, &report))
	require.Len(t, report.Clients, 1)
	require.NotEmpty(t, report.Clients[0].Report.Results)
	return report.Clients[0].Report.Results
}

// line is the command as it is typed.
func (p program) line() string {
	words := slices.Clone(p.command)
	for i, w := range words {
		if strings.Contains(w, " ") {
			words[i] = "'" + w + "'"
		}
	}
	return strings.Join(words, " ")
}

// programsTable is the part of the page: versions, then verdicts.
func programsTable(rows []faultdaemon.Fault, versions map[string]string, cells map[string]map[faultdaemon.Fault]string) string {
	var b strings.Builder
	b.WriteString("| program | version | run as |\n| --- | --- | --- |\n")
	for _, p := range programs() {
		fmt.Fprintf(&b, "| %s | %s | `%s` |\n", p.name, versions[p.name], strings.ReplaceAll(p.line(), "|", `\|`))
	}
	b.WriteString("\n| fault |")
	for _, p := range programs() {
		fmt.Fprintf(&b, " %s |", p.name)
	}
	b.WriteString("\n| --- |" + strings.Repeat(" --- |", len(programs())) + "\n")
	for _, row := range rows {
		fmt.Fprintf(&b, "| [`%s`](faults.md#%s) |", row, row.Name())
		for _, p := range programs() {
			if c := cells[p.name][row]; c != "" {
				b.WriteString(" " + c)
			}
			b.WriteString(" |")
		}
		b.WriteString("\n")
	}
	return b.String()
}
