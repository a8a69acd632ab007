package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/version"
)

// newRoot returns the command line of a tool.
func newRoot(tool Tool) *cobra.Command {
	root := &cobra.Command{
		Use:           tool.Name,
		Short:         "A daemon that misbehaves on purpose, to test its clients",
		SilenceErrors: true, // Run prints them
		SilenceUsage:  true,
		Args:          usage(cobra.NoArgs),
	}
	root.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w\nsee %s --help", err, cmd.CommandPath())}
	})
	if info, ok := debug.ReadBuildInfo(); ok {
		root.Version = version.Of(tool.Name, info)
		root.SetVersionTemplate("{{.Version}}")
	}
	root.AddCommand(newCheck(tool), newShrink(tool), newReport(tool), newServe(tool), newStdio(tool), newLaunch())
	root.AddCommand(newList(tool), newExplain(tool), newInit(tool), newMan(tool))
	return root
}

// usage makes the errors of a check of arguments mistakes in the command line.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{err}
		}
		return nil
	}
}
