// Command faultdaemon runs a daemon that misbehaves on purpose against client
// programs, in any language.
//
//	faultdaemon check -- ./client --socket {socket} list
//
// puts a client through every fault and judges it: see faultdaemon check
// --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes beside 0.
const (
	exitWrong       = 1 // the client was wrong under some fault
	exitFailed      = 2 // a mistake in the command, or nothing could be checked
	exitInterrupted = 130
)

// errWrong is the error of a command that has done its work, and has said
// what is wrong with the client.
var errWrong = errors.New("the client was wrong under some fault")

func main() { os.Exit(run()) }

// run is the command: it returns the exit code.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := newRoot().ExecuteContext(ctx); {
	case err == nil:
		return 0
	case errors.Is(err, errWrong):
		return exitWrong
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "faultdaemon: interrupted")
		return exitInterrupted
	default:
		fmt.Fprintln(os.Stderr, "faultdaemon:", err)
		return exitFailed
	}
}
