//go:build unix

package main

import "syscall"

// ownSession gives a process a session of its own.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
