package docs

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/relay"
)

// A terminal runs the commands of a page, in a directory in the place of /tmp/x.
// Those that serve run on until it is closed.
type terminal struct {
	t       *testing.T
	dir     string
	serving []*exec.Cmd
	stderr  map[*exec.Cmd]*bytes.Buffer
}

// TestRelay does what the page says, in its order.
func TestRelay(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("processes cannot be told to end here")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	page, err := os.ReadFile("relay.md")
	require.NoError(t, err)
	dir, err := os.MkdirTemp("", "fd")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "faultdaemon"), "../cmd/faultdaemon").CombinedOutput()
	require.NoError(t, err, string(out))
	term := &terminal{t: t, dir: dir, stderr: map[*exec.Cmd]*bytes.Buffer{}}
	blocks := regexp.MustCompile("(?ms)^```console\n(.*?)^```$").FindAllSubmatch(page, -1)
	require.Len(t, blocks, 5)
	for _, block := range blocks {
		term.run(string(block[1]))
	}
	said := term.end()
	lines := regexp.MustCompile("(?ms)^<!-- stderr of the proxy -->\n```text\n(.*?)^```$").FindSubmatch(page)
	require.NotNil(t, lines)
	timeOfDay := regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d\.\d{3}`)
	require.Equal(t, string(lines[1])+"3 requests on 3 connections; faults: delay_request(30ms) 1, jsonrpc_wrong_id 1\n",
		timeOfDay.ReplaceAllString(said, "12:00:00.000"))
}

// run runs the commands of a block and compares what they print.
func (term *terminal) run(text string) {
	for _, part := range strings.Split("\n"+strings.ReplaceAll(text, "\\\n", " "), "\n$ ")[1:] {
		command, shown, _ := strings.Cut(part, "\n")
		shown = strings.TrimSuffix(shown, "\n") + "\n"
		cmd := exec.Command("sh", "-c", strings.ReplaceAll(command, "/tmp/x", term.dir))
		cmd.Env = append(os.Environ(), "PATH="+term.dir+":"+os.Getenv("PATH"))
		if strings.HasPrefix(command, "faultdaemon serve ") || strings.HasPrefix(command, "faultdaemon proxy ") {
			cmd.Args[2] = "exec " + cmd.Args[2]
			require.Equal(term.t, shown, term.start(cmd), command)
			continue
		}
		got, err := cmd.CombinedOutput()
		require.NoError(term.t, err, "%s: %s", command, got)
		require.Equal(term.t, shown, strings.TrimSuffix(string(got), "\n")+"\n", command)
	}
}

// start starts a command that serves, and returns its first line.
func (term *terminal) start(cmd *exec.Cmd) string {
	term.stderr[cmd] = &bytes.Buffer{}
	cmd.Stderr = term.stderr[cmd]
	out, err := cmd.StdoutPipe()
	require.NoError(term.t, err)
	require.NoError(term.t, cmd.Start())
	term.t.Cleanup(func() { _ = cmd.Process.Kill() })
	first, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(term.t, err)
	term.serving = append(term.serving, cmd)
	return strings.ReplaceAll(first, term.dir, "/tmp/x")
}

// end ends what serves, the last first, and returns what it wrote to stderr.
func (term *terminal) end() string {
	var said strings.Builder
	for len(term.serving) > 0 {
		cmd := term.serving[len(term.serving)-1]
		term.serving = term.serving[:len(term.serving)-1]
		require.NoError(term.t, cmd.Process.Signal(os.Interrupt))
		require.NoError(term.t, cmd.Wait())
		_, _ = io.Copy(&said, term.stderr[cmd])
	}
	left, err := os.ReadDir(term.dir)
	require.NoError(term.t, err)
	require.Len(term.t, left, 1, "no socket is left beside the command")
	return said.String()
}

// Every fault and every plan of the page is one.
func TestPlansOfTheRelay(t *testing.T) {
	page, err := os.ReadFile("relay.md")
	require.NoError(t, err)
	known, err := faultdaemon.Join(faultdaemon.Builtin(), jsonrpc.Lines.Catalogue(), relay.Faults)
	require.NoError(t, err)
	plans := regexp.MustCompile(`--(?:fault|plan) '([^']+)'`).FindAllSubmatch(page, -1)
	require.Greater(t, len(plans), 25)
	for _, plan := range plans {
		_, err := known.ParsePlan(string(plan[1]))
		require.NoError(t, err)
	}
}
