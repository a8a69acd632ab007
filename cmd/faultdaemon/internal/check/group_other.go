//go:build !unix

package check

import "os/exec"

// ownGroup does nothing: there are no process groups here.
func ownGroup(*exec.Cmd) {}

// killGroup kills the process, but not what it has started.
func killGroup(cmd *exec.Cmd) error { return cmd.Process.Kill() }
