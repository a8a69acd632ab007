//go:build unix

package check

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// ownGroup makes the process that cmd will start the leader of a process
// group.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills the process and all that it has started, unless they have
// made groups of their own.
func killGroup(cmd *exec.Cmd) error {
	err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	if errors.Is(err, syscall.ESRCH) {
		return os.ErrProcessDone
	}
	return err
}
