package cli

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/serve"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/watch"
)

const proxyHelp = `Puts a daemon in front of a real one until it is interrupted. Clients connect to it; what
they and the real daemon say is passed on at once, as it came, but where a fault acts.

The real daemon is at --upstream unix:PATH or tcp:HOST:PORT, or a program that speaks over its
stdin and stdout, started for each client: exec:COMMAND ARGS, or behind --.

A plan says which exchange gets which fault; <- before a term has it look at what the
real daemon sends of its own accord:

  1*slow_response(3s)->2*hang_before_response
  <-notifications/progress:1*write_half_then_hang

The first line of its output is JSON, as that of serve. On a terminal, a view on stderr shows
what is in force, how many requests come through, which faults have acted and what
happened last. Elsewhere, in CI, and where NO_COLOR is set, stderr has a line for whatever is not
healthy traffic. --quiet leaves both out.

Exit status: 0 when it was told to end, by SIGINT, SIGTERM or the end of its input,
2 when it cannot listen, record or go on, 4 for a mistake in the command line.`

const proxyExample = `  faultdaemon proxy --listen unix:/tmp/x.sock --upstream unix:/run/real.sock --protocol jsonrpc --fault 'slow_response(3s)'
  faultdaemon proxy --listen tcp:127.0.0.1:7000 --upstream tcp:127.0.0.1:6379 --protocol resp --plan 'GET:10%reset_after_read' --seed 7
  faultdaemon proxy --listen unix:/tmp/x.sock --protocol jsonrpc --plan '<-1*close_immediately' -- gopls serve`

// proxyFlags are the flags of the proxy command.
type proxyFlags struct {
	setup  setup.Flags
	daemon daemonFlags
	record recordFlags
	quiet  bool
}

func newProxy(tool Tool) *cobra.Command {
	var f proxyFlags
	cmd := &cobra.Command{
		Use:     "proxy --listen ADDRESS --upstream ADDRESS [flags] [-- COMMAND [ARGS...]]",
		Short:   "Put a daemon in front of a real one, and have faults act on what passes",
		Long:    proxyHelp,
		Example: proxyExample,
		Args:    usage(cobra.ArbitraryArgs),
		RunE:    func(cmd *cobra.Command, args []string) error { return runProxy(cmd, tool, &f, args) },
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false) // what follows the program is the program's
	f.setup.RegisterInFront(flags)
	f.daemon.register(flags)
	f.record.register(flags)
	flags.BoolVar(&f.quiet, "quiet", false, "write nothing to stderr while it runs")
	f.setup.Complete(cmd, tool.own())
	new(setup.Faults).Complete(cmd, &f.setup, tool.own())
	return cmd
}

func runProxy(cmd *cobra.Command, tool Tool, f *proxyFlags, command []string) error {
	healthy, watcher, err := f.front(tool, command)
	if err != nil {
		return usageError{err}
	}
	opts, err := f.daemon.options(healthy)
	if err != nil {
		return usageError{err}
	}
	if err := f.setup.Runnable(); err != nil {
		return fmt.Errorf("start the real daemon: %w", err)
	}
	opts.Watcher = watcher
	recording, err := f.record.recording(healthy.Protocol)
	if err != nil {
		return usageError{err}
	}
	opts.Prepare = recording.start
	signal.Ignore(syscall.SIGPIPE) // an output that nobody reads is an error, after which the sockets are removed
	return failed(errors.Join(serve.Run(cmd.Context(), opts), recording.close()))
}

// front returns what the daemon is and what it is in front of, and who shows what it
// does, nil for nobody.
func (f *proxyFlags) front(tool Tool, command []string) (healthy setup.Setup, watcher serve.Watcher, err error) {
	if f.setup.Upstream == "" && len(command) == 0 {
		return healthy, nil, errors.New("in front of what? --upstream unix:PATH, --upstream tcp:HOST:PORT, or a program: -- COMMAND ARGS")
	}
	f.setup.Command = command
	if f.quiet {
		healthy, err = f.setup.Build(tool.own())
		return healthy, nil, err
	}
	if !showsLive(os.Stderr) {
		healthy, err = f.setup.Build(tool.own())
		return healthy, watch.NewPlain(os.Stderr), err
	}
	live := watch.NewLive(os.Stderr, sizeOf(os.Stderr))
	f.setup.Stderr = live // of programs, which would write over it
	healthy, err = f.setup.Build(tool.own())
	live.Upstream = healthy.Upstream
	return healthy, live, err
}
