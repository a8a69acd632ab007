package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

const checkHelp = `Check runs a client program against a healthy daemon, then against one that
misbehaves, once for every fault, and judges each run by the client's exit
status, its output and the time it takes.

Every run has a daemon of its own, on a fresh Unix socket or, with --listen tcp,
on a port of the loopback interface. In the client's arguments and in --env,
these stand for its address; the environment has them, too:

  {socket}               the socket's path           FAULTDAEMON_SOCKET
  {dir}                  the socket's directory      FAULTDAEMON_DIR
  {addr} {host} {port}   host:port, and its parts    FAULTDAEMON_ADDR

--protocol says what the daemon speaks: newline-terminated messages unless it is
given. The presets of length-prefix are chrome, discord, docker, grpc, i3, kafka,
postgres, thrift, ttrpc and varint; max counts the whole message. The
replies are those of --reply, --reply-raw, --methods, --script or --upstream;
without any, requests are echoed: over JSON-RPC, the params as the result.

The client has to exit with status 0 and to print the same on every run while
the daemon is healthy. Under a fault it

  survived       exited with status 0 and printed the same
  rejected       exited with another status right after something the daemon did
  timed out      exited with another status after a silence
  wrong answer   exited with status 0 and printed something else
  hung           was still running at the deadline, and was killed
  crashed        was ended by a signal, or by its language's runtime
  leaked         left processes behind
  repeated       sent a request of --once again that the daemon had carried out
  grew           took more memory than its limit
  untested       did not do what the fault needs in order to act

What is expected depends on the fault: an EOF is rejected, a silence timed out,
a reply in pieces survived. What differs from that is graded:

  lenient        it survived what is to be rejected             passes
  late           its error came only with its own timer         passes, but not
                 where the connection had ended
  overstrict     it failed although the reply was intact        fails
  unsafe         wrong answer, hung, crashed, leaked,
                 repeated, grew                                 fails

"Right after" allows for a fifth of the time after which the client gives up by
itself, and for 50 ms at least. Where a result fails and a busy machine may have
made it so, the fault is run again, alone, and that run counts.

Faults act on every request, or on those that --match picks, behind the first
--after of them. With --plan the client is run once, under a plan of faults:
what is right under any of them is right.

Exit status: 0 when nothing fails, 1 when something does, 2 for a failure of this
command's own, 3 when the client fails against a healthy daemon, never connects or
no fault acts, 4 for a mistake in the command line, 130 when interrupted.`

const checkExample = `  faultdaemon check -- ./client --socket {socket} list
  faultdaemon check --protocol ndjson --reply '{"ok":true}' --fault 'cut_at(7, reset)' -- ./client
  faultdaemon check --protocol jsonrpc-headers --methods methods.json --after 1 -- ./client
  faultdaemon check --protocol length-prefix:kafka --upstream tcp:localhost:9092 --listen tcp -- ./client {addr}`

// checkFlags are the flags of the check command.
type checkFlags struct {
	setup    setup.Flags
	faults   setup.Faults
	run      runFlags
	color    string
	exitZero bool
	all      bool
	verbose  bool
	sweep    bool
	offsets  int
}

func newCheck(tool Tool) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:     "check [flags] -- CLIENT [ARGS...]",
		Short:   "Put a client program through every fault, and judge it",
		Long:    checkHelp,
		Example: checkExample,
		Args: usage(func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("which client? %s check [flags] -- CLIENT [ARGS...]", tool.Name)
			}
			return nil
		}),
		RunE: func(cmd *cobra.Command, args []string) error { return runCheck(cmd, tool, &f, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.SetInterspersed(false) // what follows the client is the client's
	flags.SetNormalizeFunc(formerNames)
	f.setup.Register(flags)
	f.faults.Register(flags)
	f.run.register(flags)
	flags.StringVar(&f.color, "color", "auto", "`WHEN` to use colours: auto, always or never")
	flags.BoolVar(&f.exitZero, "exit-zero", false, "exit with status 0 although verdicts are wrong")
	flags.BoolVar(&f.all, "all", false, "show a row for every fault, also for those that are ok or untested")
	flags.BoolVar(&f.verbose, "verbose", false, "show each run's events and the client's output")
	flags.BoolVar(&f.sweep, "sweep", false, "also cut, split, flip and stall the replies at every byte")
	flags.IntVar(&f.offsets, "sweep-offsets", check.DefaultSweepOffsets, "how many bytes of one message are swept, half of them at its end")
	f.setup.Complete(cmd, tool.own())
	f.faults.Complete(cmd, &f.setup, tool.own())
	f.run.complete(cmd)
	_ = cmd.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// formerNames gives flags that were named otherwise their name of today.
func formerNames(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	switch name {
	case "only":
		name = "fault"
	case "deadline":
		name = "timeout"
	case "parallel":
		name = "jobs"
	}
	return pflag.NormalizedName(name)
}

// options turns the flags into what they stand for.
func (f *checkFlags) options(tool Tool, client []string) (check.Options, error) {
	healthy, err := f.setup.Build(tool.own())
	if err != nil {
		return check.Options{}, err
	}
	opts := check.Options{
		Config: healthy.Config, NewRespond: healthy.NewRespond, Client: client,
		Reads: healthy.Reads, Replies: healthy.Replies, Cure: healthy.Cure, LooksLike: healthy.LooksLike,
	}
	if err := f.run.apply(&opts, healthy); err != nil {
		return opts, err
	}
	known, err := verdict.Catalogue(opts.Config)
	if err != nil {
		return opts, err
	}
	if f.run.plan != "" {
		err := f.usePlan(&opts, known)
		return opts, err
	}
	if opts.Cases, err = f.faults.Cases(known); err != nil {
		return opts, err
	}
	if f.run.after > 0 {
		opts.Plan = func(fault faultdaemon.Fault) faultdaemon.Plan { return setup.After(known, f.run.after, fault) }
	}
	opts.Cases, _, err = verdict.Applicable(opts.Cases, verdict.ProtocolOf(opts.Config))
	return opts, err
}

// usePlan makes the check one of a plan, in place of faults.
func (f *checkFlags) usePlan(opts *check.Options, known *faultdaemon.Catalogue) error {
	if len(f.faults.Fault) > 0 || len(f.faults.Skip) > 0 || f.run.after > 0 {
		return errors.New("--plan says which faults act, and when: leave --fault, --skip and --after out")
	}
	c, plan, err := setup.PlanCase(known, f.run.plan)
	if err != nil {
		return fmt.Errorf("--plan: %w", err)
	}
	opts.Cases = []verdict.Case{c}
	opts.Plan = func(fault faultdaemon.Fault) faultdaemon.Plan {
		if fault == c.Fault {
			return plan
		}
		return faultdaemon.Always(fault) // measures how long the client waits
	}
	cfg := opts.Config
	cfg.Plan = plan
	d := faultdaemon.New("", cfg)
	if err := d.Start(); err != nil {
		return fmt.Errorf("--plan: %w", err)
	}
	d.Stop()
	return nil
}

func runCheck(cmd *cobra.Command, tool Tool, f *checkFlags, client []string) error {
	if err := setColor(f.color); err != nil {
		return usageError{err}
	}
	opts, err := f.options(tool, client)
	if err != nil {
		return usageError{err}
	}
	if isTerminal(os.Stderr) {
		opts.Progress = progress
	}
	report, err := check.Run(cmd.Context(), opts)
	if opts.Progress != nil {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
	var unhealthy *check.HealthyError
	switch {
	case errors.As(err, &unhealthy):
		return unhealthyError{err}
	case err != nil:
		return err
	}
	doc := format.Document{Clients: []format.Client{{Name: client[0], Report: report}}}
	if f.sweep {
		swept, err := check.Sweep(cmd.Context(), opts, sweep.Options{MaxOffsets: f.offsets})
		if err != nil {
			return err
		}
		doc.Clients[0].Sweep = &swept
	}
	if err := doc.Table(os.Stdout, format.TableOptions{All: f.all, Verbose: f.verbose}); err != nil {
		return err
	}
	if err := check.Idle(report); err != nil {
		return unhealthyError{err}
	}
	if !doc.OK() && !f.exitZero {
		return errFails
	}
	return nil
}

// progress keeps a line of a terminal up to date.
func progress(p check.Progress) {
	fmt.Fprintf(os.Stderr, "\r\x1b[K%d of %d runs", p.Done, p.Total)
}

// setColor switches colours on or off. By default the library has looked at
// NO_COLOR and TERM; it does not look at where the output goes.
func setColor(when string) error {
	switch when {
	case "always":
		text.EnableColors()
	case "never":
		text.DisableColors()
	case "auto":
		if !isTerminal(os.Stdout) {
			text.DisableColors()
		}
	default:
		return fmt.Errorf("--color is %q: want auto, always or never", when)
	}
	return nil
}

// isTerminal reports whether a file is a terminal that understands escapes.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
