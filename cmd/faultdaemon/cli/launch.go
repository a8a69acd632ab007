package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
)

const launchHelp = `Does what a command does that starts the daemon of a client, and returns.

Under check it is what {launch} and {launch-json} in the client's arguments stand for.
Where the daemon is absent, or has left a socket that nobody listens on, it listens
when the command returns. Where a daemon is alive the command fails, as a second
daemon does, and the client gets the verdict second daemon.

Exit status: 0 when the daemon listens, 2 when it could not be launched, 4 for a
mistake in the command line.`

func newLaunch() *cobra.Command {
	var socket string
	cmd := &cobra.Command{
		Use:   "launch --socket PATH",
		Short: "Be the command with which a client starts its daemon",
		Long:  launchHelp,
		Args:  usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if socket == "" {
				return usageError{errors.New("--socket is missing: this command is for clients under check, in the place of {launch}")}
			}
			return listen.Launch(socket)
		},
	}
	cmd.Flags().StringVar(&socket, "socket", "", "the `PATH` of the socket of the check that is running")
	return cmd
}

// launch gives the client a command that launches its daemon, where it is told one.
func (f *runFlags) launch(opts *check.Options) error {
	if !slices.ContainsFunc(slices.Concat(opts.Client, f.env), check.Launches) {
		return nil
	}
	if opts.Server != nil {
		return errors.New("{launch} is for clients that connect: this one is told to spawn its server, by {server} or --write-config")
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("the command that launches the daemon: %w", err)
	}
	opts.Launcher = []string{self, "launch"}
	return nil
}
