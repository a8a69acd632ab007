package e2e

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// requireProgram skips the test where a program is not installed.
func requireProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed: see programs.sh", name)
	}
}

// firstLine is the first line of a text, without space around it.
func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(line)
}

// serve starts a program that serves until the test ends, and returns when a line that
// it prints, to stdout or stderr, holds ready. It is ended as by ^C.
func serve(t *testing.T, ready, name string, args ...string) {
	t.Helper()
	output, theirs := io.Pipe()
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = theirs, theirs
	require.NoError(t, cmd.Start())
	ended, is := make(chan struct{}), make(chan struct{})
	var seen bytes.Buffer
	go func() {
		defer close(ended)
		_ = cmd.Wait() // its status is its own business
		_ = theirs.Close()
	}()
	var reading sync.WaitGroup
	reading.Go(func() {
		lines := bufio.NewScanner(io.TeeReader(output, &seen))
		for found := false; lines.Scan(); {
			if !found && strings.Contains(lines.Text(), ready) {
				found = true
				close(is)
			}
		}
	})
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // it may have ended
		select {
		case <-ended:
		case <-time.After(patience):
			_ = cmd.Process.Kill()
			assert.Fail(t, "it does not end", "%s", name)
		}
		reading.Wait()
		if t.Failed() {
			t.Logf("%s: %s", name, &seen)
		}
	})
	select {
	case <-is:
	case <-ended:
		require.Fail(t, "it has ended", "%s", name)
	case <-time.After(patience):
		require.Fail(t, "it does not say that it is ready", "%s, %q", name, ready)
	}
}
