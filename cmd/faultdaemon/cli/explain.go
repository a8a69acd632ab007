package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/lookup"
)

func newExplain(tool Tool) *cobra.Command {
	var protocol string
	cmd := &cobra.Command{
		Use:   "explain [flags] FAULT",
		Short: "Say what a fault does, what a client sees of it, and what is expected",
		Long: `Explain says everything that is known about a fault: what the daemon does, what
that looks like in production, its arguments, what other tools call it, what a
correct client does and why, and how to test for it.

What passes over the wire is measured: a daemon in memory has the fault, and is
asked. It has a second for that, in real time. A fault of a server that the client
spawns is shown on a process.

FAULT is a name, with arguments or without, or what another tool calls it.`,
		Example: fmt.Sprintf("  %[1]s explain 'cut_at(3, reset)'\n  %[1]s explain latency", tool.Name),
		Args: usage(func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("which fault? %[1]s explain FAULT, for one of those that %[1]s list shows", tool.Name)
			}
			return nil
		}),
		RunE: func(cmd *cobra.Command, args []string) error {
			index, err := lookup.New(tool.own())
			if err != nil {
				return err
			}
			if err := index.Explain(cmd.Context(), os.Stdout, tool.Name, args[0], protocol); err != nil {
				return usageError{err}
			}
			return nil
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, toComplete string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return indexed(tool, (*lookup.Index).Names)(cmd, args, toComplete)
		},
	}
	cmd.Flags().StringVar(&protocol, "protocol", "", "show it on this `PROTOCOL` (default: the first on which it acts)")
	complete(cmd, "protocol", indexed(tool, (*lookup.Index).ProtocolNames))
	return cmd
}
