package faulttest

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
)

// processes are those of one run: the path of its socket is in their command line,
// or in their environment.
type processes struct{ socket string }

// left returns the command lines of the processes that are alive when a time is
// over. It returns when there are none. Those that only hold the pipes of a server
// are not counted: they end by themselves.
func (p processes) left(within time.Duration) (commands []string) {
	over := time.After(within)
	for wait := time.Millisecond; ; wait *= 2 {
		commands = commands[:0]
		for _, each := range p.alive() {
			if !each.holds {
				commands = append(commands, processLeak+strings.ReplaceAll(each.command, p.socket, "{socket}"))
			}
		}
		slices.Sort(commands)
		if len(commands) == 0 {
			return nil
		}
		select {
		case <-time.After(wait):
		case <-over:
			return commands
		}
	}
}

// end kills the processes, and waits for the end of those that are this one's
// children and that nobody else has waited for.
func (p processes) end() {
	for _, each := range p.alive() {
		if syscall.Kill(each.id, syscall.SIGKILL) == nil {
			_, _ = syscall.Wait4(each.id, nil, 0, nil) // ECHILD where somebody has
		}
	}
}

// aProcess is one that is alive.
type aProcess struct {
	id      int
	command string
	holds   bool // it does nothing but hold the pipes of a server that has ended
}

// alive finds the processes.
func (p processes) alive() (list []aProcess) {
	paths, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well formed
	for _, path := range paths {
		id, err := strconv.Atoi(filepath.Base(path))
		command, readErr := os.ReadFile(filepath.Join(path, "cmdline"))
		if err != nil || readErr != nil || len(command) == 0 || id == os.Getpid() {
			continue // it has ended
		}
		environ, _ := os.ReadFile(filepath.Join(path, "environ")) // fails for those of other users
		if !bytes.Contains(command, []byte(p.socket)) && !has(environ, socketVariable, p.socket) {
			continue
		}
		list = append(list, aProcess{
			id:      id,
			command: strings.TrimSpace(strings.ReplaceAll(string(command), "\x00", " ")),
			holds:   has(environ, stdio.HoldVariable, p.socket),
		})
	}
	return list
}

// has reports whether an environment has a variable with this value.
func has(environ []byte, name, value string) bool {
	return bytes.Contains(append([]byte{0}, environ...), []byte("\x00"+name+"="+value+"\x00"))
}
