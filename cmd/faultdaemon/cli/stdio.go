package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/relay"
)

const stdioHelp = `Is a server that a client spawns, and speaks over its stdin and stdout.

Under check it is what {server} and {server-json} in the client's arguments stand for:
it joins its stdin and stdout to the daemon of the run, which it finds by --socket or,
without that, by FAULTDAEMON_SOCKET in its environment.

With --fault or --plan, or where there is no such daemon, it is a misbehaving server of
its own, to be put into any configuration in the place of the real one:

  {"mcpServers": {"broken": {"command": "faultdaemon",
    "args": ["stdio", "--protocol", "jsonrpc", "--methods", "mcp.json",
             "--fault", "exit_mid_call(1)"]}}}

Exit status: that of the server: 0 when its client has closed stdin, or what the fault
says; 2 when there is no daemon to join, or no --upstream, 4 for a mistake in the command line.`

// stdioFlags are the flags of the stdio command.
type stdioFlags struct {
	setup       setup.Flags
	socket      string
	fault, plan string
}

func newStdio(tool Tool) *cobra.Command {
	var f stdioFlags
	cmd := &cobra.Command{
		Use:     "stdio [flags]",
		Short:   "Be the server that a client spawns",
		Long:    stdioHelp,
		Example: `  faultdaemon stdio --protocol jsonrpc --methods mcp.json --fault 'stderr_flood(1048576)'`,
		Args:    usage(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return runStdio(tool, &f) },
	}
	flags := cmd.Flags()
	f.setup.Register(flags)
	flags.StringVar(&f.socket, "socket", "", "join the daemon that listens at this `PATH` for the processes that its client spawns")
	flags.StringVar(&f.fault, "fault", "none", "the `FAULT` of a server of its own, with arguments if it has any")
	flags.StringVar(&f.plan, "plan", "", "the `PLAN` of a server of its own, in the place of a fault: which exchange gets which")
	f.setup.Complete(cmd, tool.spawned())
	new(setup.Faults).Complete(cmd, &f.setup, tool.spawned())
	return cmd
}

func runStdio(tool Tool, f *stdioFlags) error {
	if os.Getenv(stdio.HoldVariable) != "" { // this process is to do nothing but that
		_, err := stdio.Connect("")
		return err
	}
	alone := f.fault != "none" || f.plan != ""
	path := f.socket
	if path == "" && !alone {
		path = os.Getenv("FAULTDAEMON_SOCKET")
	}
	switch {
	case path == "":
		return f.serve(tool)
	case alone:
		return usageError{errors.New("--socket joins a daemon, which has its own fault: leave --fault and --plan out")}
	}
	return stdio.Join(path)
}

// serve is a daemon in this process, which joins it. It returns where it cannot
// begin.
func (f *stdioFlags) serve(tool Tool) error {
	healthy, err := f.setup.Build(tool.spawned())
	if err != nil {
		return usageError{err}
	}
	cfg, err := healthy.OneDaemon()
	if err != nil {
		return usageError{err}
	}
	if err := misbehave(&cfg, f.fault, f.plan); err != nil {
		return usageError{err}
	}
	if info, found := stdio.Faults.Lookup(cfg.Fault); found && info.Stage == faultdaemon.StageListen {
		return usageError{fmt.Errorf("--fault: %s acts before there is a process, and this one is there: it is for check and faulttest.Spawn", cfg.Fault)}
	}
	cfg.Upstream = reached(cfg.Upstream, tool.Name)
	p, err := connect(cfg)
	if err != nil {
		return err
	}
	p.Run()
	return nil
}

// reached is an upstream without which this process cannot be a server: where
// nobody is there, it says so and ends the process.
func reached(upstream relay.Upstream, name string) relay.Upstream {
	if upstream == nil {
		return nil
	}
	return func(ctx context.Context) (net.Conn, error) {
		conn, err := upstream(ctx)
		if err != nil && ctx.Err() == nil {
			fmt.Fprintf(os.Stderr, "%s: --upstream: %v\n", name, err)
			os.Exit(exitFailed)
		}
		return conn, err
	}
}

// connect starts a daemon in this process, and connects the process to it. Nothing
// of it is left on disk.
func connect(cfg faultdaemon.Config) (*stdio.Process, error) {
	dir, err := os.MkdirTemp("", "fd")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "s")
	l, err := stdio.Listen(path, os.Args[0])
	if err != nil {
		return nil, err
	}
	if err := faultdaemon.New("", cfg).StartOn(l); err != nil {
		return nil, usageError{err}
	}
	return stdio.Connect(path)
}
