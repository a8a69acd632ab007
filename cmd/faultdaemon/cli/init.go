package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/project"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

func newInit(tool Tool) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init -- CLIENT [ARGS...]",
		Short: "Write a " + project.Name + " for a client, from what it asks",
		Long: `Init runs a client once, against a daemon that only listens, looks at what the
client sends, and writes a ` + project.Name + ` with the protocol that it seems to speak.
It never overwrites a file. ` + tool.Name + ` check then runs what the file says.

{socket} in the client's arguments and FAULTDAEMON_SOCKET in its environment are
the path of the daemon's socket.`,
		Example: fmt.Sprintf("  %s init -- ./client --socket {socket} list", tool.Name),
		Args: usage(func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("which client? %s init -- CLIENT [ARGS...]", tool.Name)
			}
			return nil
		}),
		RunE: func(cmd *cobra.Command, args []string) error { return runInit(cmd, tool, args, setup.LooksLike) },
	}
	cmd.Flags().SetInterspersed(false) // what follows the client is the client's
	return cmd
}

// runInit writes the file. looksLike says what bytes look like.
func runInit(cmd *cobra.Command, tool Tool, client []string, looksLike func([]byte) string) error {
	if project.Exists(project.Name) {
		return usageError{fmt.Errorf("%s is there already: remove it first, or add the client to it", project.Name)}
	}
	sent, err := check.Record(cmd.Context(), client)
	var unhealthy *check.HealthyError
	switch {
	case errors.As(err, &unhealthy):
		return unhealthyError{err}
	case err != nil:
		return err
	}
	guess := looksLike(sent)
	sketch := project.Sketch{
		Tool: tool.Name, Command: client, Protocol: project.ProtocolIn(guess),
		Seen: "The client sent " + verdict.Quote(sent) + "\n" + guess,
	}
	if err := project.Write(project.Name, sketch); err != nil {
		return err
	}
	if guess == "" {
		guess = "what it sent is not recognised: say with protocol: what it speaks"
	}
	fmt.Printf("%s written: %s\nsay with reply: what a healthy daemon replies, then run %s check\n", project.Name, guess, tool.Name)
	return nil
}
