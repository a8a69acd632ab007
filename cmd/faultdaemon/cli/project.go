package cli

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/project"
)

// projectHelp is what the help of check says of the file.
const projectHelp = `

Without a client, those of ` + project.Name + ` in the current directory are checked, for
one report. Its keys are the flags of this command, on top for all clients and
below each client for that one; flags on the command line count more:

  reply: pong
  clients:
    list:
      command: [./client, --socket, "{socket}", list]
      timeout: 5s`

// runProject checks every client of the project's file, for one report. Flags of
// the command line count more than the file's.
func runProject(cmd *cobra.Command, tool Tool, f *checkFlags) error {
	file, err := project.Read(project.Name)
	if errors.Is(err, fs.ErrNotExist) {
		return usageError{fmt.Errorf("which client? %[1]s check [flags] -- CLIENT [ARGS...], or without one where there is a %[2]s: %[1]s init writes it", tool.Name, project.Name)}
	}
	if err != nil {
		return usageError{err}
	}
	clients := make([]prepared, len(file.Clients))
	for i, client := range file.Clients {
		if clients[i], err = prepareClient(cmd, tool, file, client); err != nil {
			return usageError{err}
		}
	}
	given := func(flag *pflag.Flag) bool { return flag.Changed }
	if err := project.Apply(cmd.Flags(), file.Settings, given); err != nil {
		return usageError{err}
	}
	if err := f.output.check(); err != nil {
		return usageError{err}
	}
	var doc format.Document
	var failures error
	for _, client := range clients {
		result, err := client.run(cmd.Context())
		if err == nil || len(result.Report.Results) > 0 {
			doc.Clients = append(doc.Clients, result)
		}
		if cmd.Context().Err() != nil {
			return f.output.conclude(doc, cmd.Context().Err())
		}
		if err != nil {
			failures = errors.Join(failures, fmt.Errorf("client %s: %w", client.name, err))
		}
	}
	return f.output.conclude(doc, failures)
}

// prepareClient prepares a client by what the file says on top and of it, and by
// what the command line says.
func prepareClient(cmd *cobra.Command, tool Tool, file project.File, client project.Client) (prepared, error) {
	own, f := newCheckFlags(tool)
	for _, s := range client.Settings {
		if outputFlag(s.Flag) {
			return prepared{}, fmt.Errorf("%s:%d: %s is for the whole report: put it on top, above the clients", project.Name, s.Line, s.Flag)
		}
	}
	err := errors.Join(project.Apply(own.Flags(), file.Settings, nil), project.Apply(own.Flags(), client.Settings, nil),
		project.Copy(own.Flags(), cmd.Flags()))
	if err != nil {
		return prepared{}, err
	}
	p, err := f.prepare(own, tool, client.Command, client.Name)
	if err != nil {
		return p, fmt.Errorf("client %s: %w", client.Name, err)
	}
	return p, nil
}
