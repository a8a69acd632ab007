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
// are told by their group, by the address of this run's daemon in their environment,
// and by its socket in their arguments: one that has left all behind is not found.
func killLeft(ctx context.Context, p *process) (commands []string) {
	left := p.left()
	for wait := time.Millisecond; len(left) > 0 && ctx.Err() == nil; wait *= 2 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		left = p.left()
	}
	for pid, command := range left {
		commands = append(commands, "process: "+p.at.blank(command))
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended
	}
	slices.Sort(commands)
	return commands
}

// left returns the command lines of the processes, by their id, that are of the
// client's.
func (p *process) left() map[int]string {
	found := make(map[int]string)
	variable := []byte("\x00FAULTDAEMON_ADDR=" + p.at.addr() + "\x00")
	paths, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well formed
	for _, path := range paths {
		env, _ := os.ReadFile(filepath.Join(path, "environ")) // fails for those of other users
		command, readErr := os.ReadFile(filepath.Join(path, "cmdline"))
		if groupOf(path) != p.cmd.Process.Pid && !bytes.Contains(append([]byte{0}, env...), variable) && !p.at.isServer(command) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(path))
		if err != nil || readErr != nil || len(command) == 0 {
			continue // it has ended
		}
		found[pid] = strings.TrimSpace(strings.ReplaceAll(string(command), "\x00", " "))
	}
	return found
}

// groupOf is the process group of the process whose directory this is; 0 where
// it has ended.
func groupOf(path string) int {
	stat, _ := os.ReadFile(filepath.Join(path, "stat"))
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]) // the name before it may have spaces
	if len(fields) < 3 {
		return 0
	}
	group, _ := strconv.Atoi(string(fields[2])) // digits
	return group
}
