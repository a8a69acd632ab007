// Package cmd runs the notes programs as their users do: in processes of their
// own.
package cmd

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes/server"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/protocols/ndjson"
)

// patience is how long a test waits for what has to come; it fails then.
const patience = 20 * time.Second

func TestPrograms(t *testing.T) {
	bin := t.TempDir()
	out, err := exec.Command("go", "build", "-o", bin, "./notes", "./notesd").CombinedOutput()
	require.NoError(t, err, string(out))
	program := filepath.Join(bin, "notes")
	t.Run("client and daemon", func(t *testing.T) { clientAndDaemon(t, program, filepath.Join(bin, "notesd")) })
	t.Run("an add is repeated", func(t *testing.T) { repeatsAnAdd(t, program) })
	t.Run("silence", func(t *testing.T) { givesUp(t, program) })
}

// A result is what a client program did.
type result struct {
	stdout, stderr string
	status         int
}

// client runs the client program. It is called concurrently.
func client(t *testing.T, program, stdin string, args ...string) (r result) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	_ = cmd.Run() // the status says it
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// daemon starts the daemon program, and waits until it listens.
func daemon(t *testing.T, program, socket string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(program, "-socket", socket)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it may have ended
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "notesd: listening on "+socket+"\n", line)
	return cmd
}

func clientAndDaemon(t *testing.T, program, daemonProgram string) {
	socket := faulttest.TempSocket(t)
	notes := func(stdin string, args ...string) result {
		return client(t, program, stdin, append([]string{"-socket", socket, "-timeout", patience.String()}, args...)...)
	}
	assert.Contains(t, notes("", "list").stderr, "notes: list: dial unix "+socket)
	d := daemon(t, daemonProgram, socket)
	assert.Equal(t, result{}, notes("", "add", "milk"))
	assert.Equal(t, result{stderr: "notes: import: 40%\nnotes: import: 100%\n"}, notes("tea\njam\n", "import"))
	assert.Equal(t, result{stdout: "milk\ntea\njam\n"}, notes("", "list"))
	assert.Equal(t, result{stderr: "notes: add: a note has at least one character\n", status: 1}, notes("", "add", ""))

	var clients sync.WaitGroup
	for i := range 2 {
		clients.Go(func() {
			for n := range 3 {
				assert.Equal(t, result{}, notes("", "add", fmt.Sprintf("client %d note %d", i, n)))
			}
		})
	}
	clients.Wait()
	list := strings.Split(strings.TrimSpace(notes("", "list").stdout), "\n")
	require.Len(t, list, 9)
	for i := range 2 {
		var own []string
		for _, note := range list {
			if strings.HasPrefix(note, fmt.Sprintf("client %d ", i)) {
				own = append(own, note[len("client 0 "):])
			}
		}
		assert.Equal(t, []string{"note 0", "note 1", "note 2"}, own)
	}

	require.NoError(t, d.Process.Signal(syscall.SIGTERM))
	require.NoError(t, d.Wait(), "the daemon ends with status 0")
	_, err := os.Stat(socket)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

// repeatsAnAdd has the daemon carry out an add, whose reply is lost.
func repeatsAnAdd(t *testing.T, program string) {
	var kept server.Notes
	plan, err := faultdaemon.ParsePlan("type=add:1*cut_at(0, eof)")
	require.NoError(t, err)
	d := faulttest.Start(t, faultdaemon.Config{Protocol: ndjson.Lines, Plan: plan, ResponseHandler: func(request []byte) []byte {
		var reply bytes.Buffer
		_ = kept.Handle(request, &reply) // the error is that of a write, and a Buffer has none
		return reply.Bytes()
	}})
	r := client(t, program, "", "-socket", d.SocketPath(), "-timeout", patience.String(), "add", "milk")
	assert.Equal(t, result{}, r)
	calls := d.GetCalls()
	require.Len(t, calls, 2)
	assert.Equal(t, string(calls[0].Request), string(calls[1].Request), "the key, too")
	assert.Equal(t, []string{"milk"}, kept.List())
}

func givesUp(t *testing.T, program string) {
	d := faulttest.Start(t, faultdaemon.Config{Protocol: ndjson.Lines, Fault: faultdaemon.FaultHangBeforeResponse})
	r := client(t, program, "", "-socket", d.SocketPath(), "-timeout", "1s", "list")
	assert.Equal(t, result{stderr: "notes: list: no reply within 1s: context deadline exceeded\n", status: 1}, r)
}
