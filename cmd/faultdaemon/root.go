package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// newRoot returns the command line.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "faultdaemon",
		Short:         "A daemon that misbehaves on purpose, to test its clients",
		SilenceErrors: true, // main prints them
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w\nsee %s --help", err, cmd.CommandPath())
	})
	root.AddCommand(newCheck())
	return root
}
