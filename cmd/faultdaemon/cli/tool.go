// Package cli is the faultdaemon command. A team with a protocol and faults of
// its own makes a command of its own with it:
//
//	func main() {
//		cli.Main(cli.Tool{
//			Name:      "kvfault",
//			Protocols: map[string]faultdaemon.Protocol{"kv": kvfault.Protocol},
//			Handler:   kvfault.Handle,
//		})
//	}
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Tool is what a command knows beside what every command knows. The zero
// value is the faultdaemon command.
type Tool struct {
	// Name is the command's; empty is "faultdaemon".
	Name string

	// Catalogues are faults beside the built-in ones and those of protocols.
	Catalogues []*faultdaemon.Catalogue

	// Protocols are further values of --protocol. Where there is one alone,
	// it is the default.
	Protocols map[string]faultdaemon.Protocol

	// Handler makes the replies of a healthy daemon where no flag does; nil
	// is a sensible echo of the protocol.
	Handler faultdaemon.ResponseHandler
}

// own is what the tool brings to a daemon.
func (t Tool) own() setup.Own {
	return setup.Own{Catalogues: t.Catalogues, Protocols: t.Protocols, Handler: t.Handler}
}

// The exit codes beside 0.
const (
	exitFails       = 1   // a result fails
	exitFailed      = 2   // our own failure
	exitUnhealthy   = 3   // the healthy run failed, the client never connected, or no fault acted
	exitUsage       = 4   // a mistake in the command line
	exitInterrupted = 130 // by SIGINT or SIGTERM
)

// errFails is the error of a command that has done its work, and has said
// what fails.
var errFails = errors.New("the client fails under some fault")

// A usageError is a mistake in the command line, or in a file that it names.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// An unhealthyError says that nothing could be found out about a client.
type unhealthyError struct{ error }

func (e unhealthyError) Unwrap() error { return e.error }

// A failedError is one of a command that runs until it is interrupted, which is no error:
// it has failed all the same.
type failedError struct{ error }

func (e failedError) Unwrap() error { return e.error }

// failed returns err as a failedError, nil for nil.
func failed(err error) error {
	if err == nil {
		return nil
	}
	return failedError{err}
}

// Main runs the command with the process's arguments and exits with its code.
// It does not return.
func Main(tool Tool) { os.Exit(Run(tool, os.Args[1:])) }

// Run runs the command with these arguments and returns its exit code. SIGINT,
// SIGTERM and SIGHUP end it in good order.
func Run(tool Tool, args []string) int {
	if tool.Name == "" {
		tool.Name = "faultdaemon"
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := newRoot(tool)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	var failed failedError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errFails):
		return exitFails
	case ctx.Err() != nil && !errors.As(err, &failed):
		fmt.Fprintf(os.Stderr, "%s: interrupted\n", tool.Name)
		return exitInterrupted
	}
	fmt.Fprintf(os.Stderr, "%s: %s\n", tool.Name, strings.TrimPrefix(err.Error(), "faultdaemon: ")) // the library's own
	var usage usageError
	var unhealthy unhealthyError
	switch {
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &unhealthy):
		return exitUnhealthy
	}
	return exitFailed
}
