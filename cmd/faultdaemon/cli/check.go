package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

const checkHelp = `Check runs a client program against a healthy daemon, then against one that
misbehaves, once for every fault, and judges each run by the client's exit
status, its output and the time it takes.

Every run has a daemon of its own that speaks newline-terminated messages on a
fresh Unix socket. {socket} in the client's arguments becomes the socket's
path; FAULTDAEMON_SOCKET in its environment is the same.

The client has to exit with status 0 and to print the same on every run while
the daemon is healthy. Under a fault it

  survived       exited with status 0 and printed the same
  rejected       exited with another status right after something the daemon did
  timed out      exited with another status after a silence
  wrong answer   exited with status 0 and printed something else
  hung           was still running at the deadline, and was killed
  crashed        was ended by a signal, or by its language's runtime
  leaked         left processes behind
  repeated       sent a request again that the daemon had carried out
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

The report goes to stdout as a table. Further formats go to files, each --out
behind its --format: --format table --format junit --out junit.xml. A file is
written whole or not at all. With --format github the step's summary is appended
to the file GITHUB_STEP_SUMMARY.

Exit status: 0 when nothing fails, 1 when something does, 2 for a failure of this
command's own, 3 when the client fails against a healthy daemon, never connects or
no fault acts, 4 for a mistake in the command line, 130 when interrupted.`

const checkExample = `  faultdaemon check -- ./client --socket {socket} list
  faultdaemon check --reply '{"id":1,"ok":true}' --only 'cut_at(7, reset)' -- ./client
  faultdaemon check --format table --format html --out report.html -- ./client {socket}
  faultdaemon check --baseline verdicts.json --shard 2/5 -- ./client {socket}`

// checkFlags are the flags of the check command.
type checkFlags struct {
	setup      setup.Flags
	only, skip []string
	deadline   time.Duration
	parallel   int
	results    resultFlags
	output     outputFlags
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
	flags.SetInterspersed(false) // what follows the client is the client's
	f.setup.Register(flags)
	flags.StringArrayVar(&f.only, "only", nil, "check this `FAULT`, with arguments if it has any, and no other but those of further --only")
	flags.StringArrayVar(&f.skip, "skip", nil, "leave this `FAULT` out; may be repeated")
	flags.DurationVar(&f.deadline, "deadline", check.DefaultDeadline, "how long the client may run from its first connection before it is killed")
	flags.IntVar(&f.parallel, "parallel", check.DefaultJobs, "how many clients run at once")
	f.results.register(flags)
	f.output.register(cmd)
	for _, name := range []string{"only", "skip"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(faultNames(), cobra.ShellCompDirectiveNoFileComp))
	}
	return cmd
}

// options turns the flags into what they stand for, and returns the faults that
// do not apply.
func (f *checkFlags) options(cmd *cobra.Command, tool Tool, client []string) (check.Options, []verdict.NotApplicable, error) {
	if f.deadline <= 0 {
		return check.Options{}, nil, fmt.Errorf("--deadline is %s: want more than 0", f.deadline)
	}
	if f.parallel <= 0 {
		return check.Options{}, nil, fmt.Errorf("--parallel is %d: want 1 or more", f.parallel)
	}
	healthy, err := f.setup.Build(tool.own())
	if err != nil {
		return check.Options{}, nil, err
	}
	opts := check.Options{
		Config: healthy.Config, Replies: healthy.Replies, Cure: healthy.Cure,
		Client: client, Deadline: f.deadline, Jobs: f.parallel,
	}
	known, err := verdict.Catalogue(opts.Config)
	if err != nil {
		return opts, nil, err
	}
	opts.Cases = verdict.All(known)
	if len(f.only) > 0 {
		if opts.Cases, err = verdict.Named(known, canonical(known, f.only)); err != nil {
			return opts, nil, err
		}
	}
	if opts.Cases, err = verdict.Without(known, opts.Cases, canonical(known, f.skip)); err != nil {
		return opts, nil, err
	}
	if opts.Cases, err = f.results.part(opts.Cases); err != nil {
		return opts, nil, err
	}
	var left []verdict.NotApplicable
	opts.Cases, left, err = verdict.Applicable(opts.Cases, verdict.ProtocolOf(opts.Config))
	return opts, left, err
}

// canonical returns faults in the form in which they are shown; what is none
// stays as it is, for others to complain about.
func canonical(known *faultdaemon.Catalogue, names []string) (list []faultdaemon.Fault) {
	for _, name := range names {
		f, err := known.Parse(name)
		if err != nil || f == faultdaemon.FaultNone {
			f = faultdaemon.Fault(name)
		}
		list = append(list, f)
	}
	return list
}

func runCheck(cmd *cobra.Command, tool Tool, f *checkFlags, client []string) error {
	if err := f.output.check(); err != nil {
		return usageError{err}
	}
	opts, left, err := f.options(cmd, tool, client)
	if err != nil {
		return usageError{err}
	}
	baseline, err := f.results.open()
	if err != nil {
		return usageError{err}
	}
	opts.Accept = baseline.Accept
	var clear func()
	opts.Progress, clear = showProgress()
	report, err := check.Run(cmd.Context(), opts)
	clear()
	var unhealthy *check.HealthyError
	switch {
	case errors.As(err, &unhealthy):
		return unhealthyError{err}
	case err != nil && (cmd.Context().Err() == nil || len(report.Results) == 0):
		return err
	case err != nil:
		report.Err = fmt.Errorf("interrupted after %d of %d faults: the verdicts are provisional", len(report.Results), len(opts.Cases))
	default:
		if err := baseline.Save(); err != nil {
			return err
		}
	}
	report.NotApplicable = left
	result := f.results.client(client[0], report)
	result.Alone = alone(cmd, tool, client)
	written := f.output.write(format.Document{Clients: []format.Client{result}})
	if written == nil || err != nil && errors.Is(written, errFails) {
		return err
	}
	return written
}

func faultNames() []string {
	var names []string
	for _, info := range faultdaemon.Builtin().All() {
		names = append(names, string(info.Name))
	}
	return names
}
