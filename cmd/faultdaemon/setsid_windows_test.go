package main

import "syscall"

// ownSession is nothing that Windows has.
func ownSession() *syscall.SysProcAttr { return nil }
