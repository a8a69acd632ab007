package cli

import (
	"os"
	"path/filepath"
	"strings"

	"al.essio.dev/pkg/shellescape"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// alone returns the function that makes the command line with which one fault is
// run alone, for a POSIX shell: the present one, but for the choice of faults
// and for what becomes of the report.
func alone(cmd *cobra.Command, tool Tool, client []string) func(faultdaemon.Fault) string {
	words := []string{program(tool), cmd.Name()}
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if !outputFlag(flag.Name) && !choiceFlag(flag) {
			words = append(words, flagWords(flag)...)
		}
	})
	before, after := shellescape.QuoteCommand(words), shellescape.QuoteCommand(client)
	return func(f faultdaemon.Fault) string { return before + " --fault '" + string(f) + "' -- " + after }
}

// program is the command as it was called, where it is the tool's own.
func program(tool Tool) string {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if name == tool.Name {
		return os.Args[0]
	}
	return tool.Name
}

// flagWords are the words that set a flag as it is set.
func flagWords(flag *pflag.Flag) (words []string) {
	if list, repeated := flag.Value.(pflag.SliceValue); repeated {
		for _, value := range list.GetSlice() {
			words = append(words, "--"+flag.Name, value)
		}
		return words
	}
	switch {
	case flag.NoOptDefVal == "":
		return []string{"--" + flag.Name, flag.Value.String()}
	case flag.NoOptDefVal == flag.Value.String():
		return []string{"--" + flag.Name}
	}
	return []string{"--" + flag.Name + "=" + flag.Value.String()}
}
