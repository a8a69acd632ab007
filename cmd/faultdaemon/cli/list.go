package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/lookup"
)

func newList(tool Tool) *cobra.Command {
	var filter lookup.Filter
	format := "table"
	cmd := &cobra.Command{
		Use:   "list [flags]",
		Short: "List the faults, what each does and what is expected of a client",
		Long: `List shows every fault that this command knows: its name, the stage at which it
acts, what is expected of a client, and what the daemon does.

The formats are table, json (everything that is known about each) and names (one
a line, for scripts).`,
		Example: fmt.Sprintf("  %[1]s list --stage accept\n  %[1]s list --protocol ndjson --expected rejects --format names", tool.Name),
		Args:    usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			index, err := lookup.New(tool.own())
			if err != nil {
				return err
			}
			list, err := index.List(filter)
			if err != nil {
				return usageError{err}
			}
			switch format {
			case "table":
				return list.Table(os.Stdout)
			case "json":
				return list.JSON(os.Stdout)
			case "names":
				return list.Names(os.Stdout)
			}
			return usageError{fmt.Errorf("--format is %q: want table, json or names", format)}
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&format, "format", format, "`HOW` the list is written: table, json or names")
	flags.StringVar(&filter.Stage, "stage", "", "list the faults of this `STAGE` alone: listen, process, accept or respond")
	flags.StringVar(&filter.Protocol, "protocol", "", "list the faults that a daemon of this `PROTOCOL` can have")
	flags.StringVar(&filter.Expected, "expected", "", "list the faults with this `OUTCOME` among what is expected: survives, rejects, times-out or differs")
	complete(cmd, "format", fixed("table", "json", "names"))
	complete(cmd, "expected", fixed(lookup.Outcomes()...))
	complete(cmd, "stage", indexed(tool, (*lookup.Index).Stages))
	complete(cmd, "protocol", indexed(tool, (*lookup.Index).ProtocolNames))
	return cmd
}
