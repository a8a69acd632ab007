package cli

import (
	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/lookup"
)

// complete has the values of a flag completed.
func complete(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	_ = cmd.RegisterFlagCompletionFunc(flag, values) // fails for a flag that there is not
}

// fixed completes these words.
func fixed(words ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
}

// indexed completes words that the index of a tool's faults has.
func indexed(tool Tool, words func(*lookup.Index) []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		index, err := lookup.New(tool.own())
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return words(index), cobra.ShellCompDirectiveNoFileComp
	}
}
