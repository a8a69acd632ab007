package cli

import (
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/serve"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
)

const serveHelp = `Runs a daemon until it is interrupted, for exploring by hand and for test suites in
other languages.

The first line of its output is JSON: the addresses really in use, written when a
connect to each succeeds:

  {"addresses":["unix:/tmp/x/s","tcp:127.0.0.1:40123"],"control":"unix:/tmp/x/c"}

With --control, a small HTTP API changes the fault while the daemon runs, and shows
what was asked of it and what it did: see docs/serve.md, and GET /openapi.json.

Sockets are made for this user alone (0600), in the place of nothing but a socket
that nobody listens on, and are removed at the end. Who can connect to the API
decides what the daemon does: prefer a Unix socket for it.

Exit status: 0 when it was told to end, by SIGINT, SIGTERM or the end of its input,
2 when it cannot listen or go on, 4 for a mistake in the command line.`

const serveExample = `  faultdaemon serve --listen unix:/tmp/x/s --fault 'slow_response(3s)'
  faultdaemon serve --listen tcp:127.0.0.1:0 --plan '2*close_after_read' --log -
  faultdaemon serve --listen unix:/tmp/x/s --control unix:/tmp/x/c --until-stdin-eof
  curl --unix-socket /tmp/x/c -X PUT http://localhost/fault -d '{"fault":"half_close"}'`

// serveFlags are the flags of the serve command.
type serveFlags struct {
	setup  setup.Flags
	daemon daemonFlags
}

func newServe(tool Tool) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:     "serve --listen ADDRESS [flags]",
		Short:   "Run a daemon by hand, or for tests in another language",
		Long:    serveHelp,
		Example: serveExample,
		Args:    usage(cobra.NoArgs),
		RunE:    func(cmd *cobra.Command, _ []string) error { return runServe(cmd, tool, &f) },
	}
	flags := cmd.Flags()
	f.setup.Register(flags)
	f.daemon.register(flags)
	f.setup.Complete(cmd, tool.own())
	new(setup.Faults).Complete(cmd, &f.setup, tool.own())
	return cmd
}

func runServe(cmd *cobra.Command, tool Tool, f *serveFlags) error {
	opts, err := f.options(tool)
	if err != nil {
		return usageError{err}
	}
	signal.Ignore(syscall.SIGPIPE) // an output that nobody reads is an error, after which the sockets are removed
	return failed(serve.Run(cmd.Context(), opts))
}

// options turns the flags into what they stand for.
func (f *serveFlags) options(tool Tool) (serve.Options, error) {
	healthy, err := f.setup.Build(tool.own())
	if err != nil {
		return serve.Options{}, err
	}
	return f.daemon.options(healthy)
}
