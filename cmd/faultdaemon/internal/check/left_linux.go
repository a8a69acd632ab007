package check

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// killLeft kills the processes that the client left behind, in its group or out
// of it, and returns the command lines of those that are alive when ctx ends. They
// are told by their environment, which has the address of this run's daemon.
func killLeft(ctx context.Context, p *process) (commands []string) {
	address := "FAULTDAEMON_ADDR=" + p.at.addr()
	left := processesWith(address)
	for wait := time.Millisecond; len(left) > 0 && ctx.Err() == nil; wait *= 2 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		left = processesWith(address)
	}
	for pid, command := range left {
		commands = append(commands, "process: "+p.at.blank(command))
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
	}
	slices.Sort(commands)
	return commands
}

// processesWith returns the command lines of the processes, by their id, whose
// environment has a variable with a value.
func processesWith(variable string) map[int]string {
	found := make(map[int]string)
	paths, _ := filepath.Glob("/proc/[0-9]*/environ") // the pattern is well formed
	for _, path := range paths {
		env, err := os.ReadFile(path)
		if err != nil || !bytes.Contains(append([]byte{0}, env...), []byte("\x00"+variable+"\x00")) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		command, readErr := os.ReadFile(filepath.Join(filepath.Dir(path), "cmdline"))
		if err != nil || readErr != nil || len(command) == 0 {
			continue // it has ended
		}
		found[pid] = strings.TrimSpace(strings.ReplaceAll(string(command), "\x00", " "))
	}
	return found
}
