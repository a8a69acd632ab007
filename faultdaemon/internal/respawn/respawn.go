// Package respawn makes a test binary the server that its own tests' clients spawn.
package respawn

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// marker is the argument that tells such a process from others. The flags of the
// testing package end with it.
const marker = "faultdaemon-server"

// Command is the command, for [stdio.Listen], that starts this test binary once more
// and runs nothing but t, up to its call of [Serve].
func Command(t testing.TB) ([]string, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return []string{self, "-test.run=" + OnlyTest(t.Name()), "-test.count=1", marker}, nil
}

// Serve does nothing but in a process that a [Command] has started: there it is the
// server, and does not return.
func Serve() {
	at := slices.Index(os.Args, marker)
	if at < 0 || at+1 >= len(os.Args) {
		return
	}
	path, found := strings.CutPrefix(os.Args[at+1], "--socket=")
	if !found {
		return
	}
	fmt.Fprintln(os.Stderr, stdio.Join(path))
	os.Exit(1)
}

// OnlyTest is the pattern, for -test.run, of one test alone.
func OnlyTest(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return strings.Join(parts, "/")
}
