package cli

import (
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/version"
)

// newMan returns the command that writes the manual pages, for those who
// package the tool.
func newMan(tool Tool) *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages to a directory",
		Hidden: true,
		Args:   usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o777); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true
			root.InitDefaultHelpCmd()
			// The same pages whenever they are made: without a time they would
			// have today's.
			date := time.Unix(0, 0).UTC()
			if info, ok := debug.ReadBuildInfo(); ok {
				date = version.Time(info)
			}
			return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: tool.Name, Manual: "User Commands", Date: &date}, args[0])
		},
	}
}
