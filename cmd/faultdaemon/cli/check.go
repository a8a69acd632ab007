package cli

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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

Exit status: 0 when nothing fails, 1 when something does, 2 for a failure of this
command's own, 3 when the client fails against a healthy daemon, never connects or
no fault acts, 4 for a mistake in the command line, 130 when interrupted.`

const checkExample = `  faultdaemon check -- ./client --socket {socket} list
  faultdaemon check --reply '{"id":1,"ok":true}' --only 'cut_at(7, reset)' -- ./client`

// checkFlags are the flags of the check command.
type checkFlags struct {
	setup      setup.Flags
	only, skip []string
	deadline   time.Duration
	parallel   int
	color      string
	exitZero   bool
	all        bool
	verbose    bool
}

func newCheck(tool Tool) *cobra.Command {
	cmd, _ := newCheckFlags(tool)
	return cmd
}

// newCheckFlags returns the command and its flags, which the clients of a
// project have each of their own.
func newCheckFlags(tool Tool) (*cobra.Command, *checkFlags) {
	f := new(checkFlags)
	cmd := &cobra.Command{
		Use:     "check [flags] -- CLIENT [ARGS...]",
		Short:   "Put a client program through every fault, and judge it",
		Long:    checkHelp + projectHelp,
		Example: checkExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return runProject(cmd, tool, f)
			}
			return runCheck(cmd, tool, f, args)
		},
	}
	flags := cmd.Flags()
	flags.SetInterspersed(false) // what follows the client is the client's
	f.setup.Register(flags)
	flags.StringArrayVar(&f.only, "only", nil, "check this `FAULT`, with arguments if it has any, and no other but those of further --only")
	flags.StringArrayVar(&f.skip, "skip", nil, "leave this `FAULT` out; may be repeated")
	flags.DurationVar(&f.deadline, "deadline", check.DefaultDeadline, "how long the client may run from its first connection before it is killed")
	flags.IntVar(&f.parallel, "parallel", check.DefaultJobs, "how many clients run at once")
	f.registerOutput(flags)
	for _, name := range []string{"only", "skip"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(faultNames(), cobra.ShellCompDirectiveNoFileComp))
	}
	return cmd, f
}

// registerOutput adds the flags that say what becomes of the report, whatever
// clients it is about.
func (f *checkFlags) registerOutput(flags *pflag.FlagSet) {
	flags.StringVar(&f.color, "color", "auto", "`WHEN` to use colours: auto, always or never")
	flags.BoolVar(&f.exitZero, "exit-zero", false, "exit with status 0 although verdicts are wrong")
	flags.BoolVar(&f.all, "all", false, "show a row for every fault, also for those that are ok or untested")
	flags.BoolVar(&f.verbose, "verbose", false, "show each run's events and the client's output")
}

// options turns the flags into what they stand for.
func (f *checkFlags) options(cmd *cobra.Command, tool Tool, client []string) (check.Options, error) {
	if f.deadline <= 0 {
		return check.Options{}, fmt.Errorf("--deadline is %s: want more than 0", f.deadline)
	}
	if f.parallel <= 0 {
		return check.Options{}, fmt.Errorf("--parallel is %d: want 1 or more", f.parallel)
	}
	healthy, err := f.setup.Build(tool.own())
	if err != nil {
		return check.Options{}, err
	}
	opts := check.Options{
		Config: healthy.Config, Replies: healthy.Replies, Cure: healthy.Cure,
		Client: client, Deadline: f.deadline, Jobs: f.parallel,
	}
	known, err := verdict.Catalogue(opts.Config)
	if err != nil {
		return opts, err
	}
	opts.Cases = verdict.All(known)
	if len(f.only) > 0 {
		if opts.Cases, err = verdict.Named(known, canonical(known, f.only)); err != nil {
			return opts, err
		}
	}
	if opts.Cases, err = verdict.Without(known, opts.Cases, canonical(known, f.skip)); err != nil {
		return opts, err
	}
	opts.Cases, _, err = verdict.Applicable(opts.Cases, verdict.ProtocolOf(opts.Config))
	return opts, err
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
	if err := setColor(f.color); err != nil {
		return usageError{err}
	}
	opts, err := f.options(cmd, tool, client)
	if err != nil {
		return usageError{err}
	}
	result, err := judge(cmd, client[0], opts)
	if err != nil {
		return err
	}
	return f.write(format.Document{Clients: []format.Client{result}})
}

// judge puts one client through its faults.
func judge(cmd *cobra.Command, name string, opts check.Options) (format.Client, error) {
	if isTerminal(os.Stderr) {
		opts.Progress = progress
	}
	report, err := check.Run(cmd.Context(), opts)
	if opts.Progress != nil {
		fmt.Fprint(os.Stderr, "\r\x1b[K")
	}
	var unhealthy *check.HealthyError
	if errors.As(err, &unhealthy) {
		err = unhealthyError{err}
	}
	return format.Client{Name: name, Report: report}, err
}

// write writes the report, and returns an error where something fails.
func (f *checkFlags) write(doc format.Document) error {
	if err := doc.Table(os.Stdout, format.TableOptions{All: f.all, Verbose: f.verbose}); err != nil {
		return err
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

func faultNames() []string {
	var names []string
	for _, info := range faultdaemon.Builtin().All() {
		names = append(names, string(info.Name))
	}
	return names
}
