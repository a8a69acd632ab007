package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/setup"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// checkFlags are the flags of the check command.
type checkFlags struct {
	setup   setup.Flags
	faults  setup.Faults
	run     runFlags
	results resultFlags
	output  outputFlags
	sweep   bool
	offsets int
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
	f.results.register(flags)
	f.output.register(cmd)
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
// It returns the faults that do not apply, too.
func (f *checkFlags) options(tool Tool, client []string) (opts check.Options, left []verdict.NotApplicable, err error) {
	healthy, err := f.setup.Build(tool.own())
	if err != nil {
		return opts, nil, err
	}
	opts = check.Options{
		Config: healthy.Config, NewRespond: healthy.NewRespond, Client: client,
		Reads: healthy.Reads, Replies: healthy.Replies, Cure: healthy.Cure, LooksLike: healthy.LooksLike,
	}
	if err := f.run.apply(&opts, healthy); err != nil {
		return opts, nil, err
	}
	known, err := verdict.Catalogue(opts.Config)
	if err != nil {
		return opts, nil, err
	}
	if f.run.plan != "" {
		return opts, nil, f.usePlan(&opts, known)
	}
	if opts.Cases, err = f.faults.Cases(known); err != nil {
		return opts, nil, err
	}
	if f.run.after > 0 {
		opts.Plan = func(fault faultdaemon.Fault) faultdaemon.Plan { return setup.After(known, f.run.after, fault) }
	}
	if opts.Cases, left, err = verdict.Applicable(opts.Cases, verdict.ProtocolOf(opts.Config)); err != nil {
		return opts, nil, err
	}
	opts.Cases, err = f.results.part(opts.Cases)
	return opts, left, err
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
	if err := f.output.check(); err != nil {
		return usageError{err}
	}
	opts, left, err := f.options(tool, client)
	if err != nil {
		return usageError{err}
	}
	baseline, err := f.results.open()
	if err != nil {
		return usageError{err}
	}
	opts.Accept = baseline.Accept
	result, interrupted := f.runClient(cmd, opts)
	if interrupted != nil && len(result.Report.Results) == 0 {
		return interrupted
	}
	if interrupted == nil {
		if err := baseline.Save(); err != nil {
			return err
		}
	}
	result.Report.NotApplicable = left
	result.Alone = alone(cmd, tool, client)
	if result.Name == "" {
		result.Name = client[0]
	}
	written := f.output.write(format.Document{Clients: []format.Client{result}})
	switch idle := check.Idle(result.Report); {
	case interrupted != nil && (written == nil || errors.Is(written, errFails)):
		return interrupted
	case idle != nil && (written == nil || errors.Is(written, errFails)):
		return unhealthyError{idle}
	}
	return written
}

// runClient runs the client under every fault and, where that is wanted, at every
// byte. With an error, which may be an interrupt, comes what is known until then.
func (f *checkFlags) runClient(cmd *cobra.Command, opts check.Options) (result format.Client, err error) {
	var clear func()
	opts.Progress, clear = showProgress()
	defer clear()
	result.Name = f.results.name
	result.Report, err = check.Run(cmd.Context(), opts)
	if err == nil && f.sweep {
		var swept sweep.Report
		swept, err = check.Sweep(cmd.Context(), opts, sweep.Options{MaxOffsets: f.offsets})
		result.Sweep = &swept
	}
	var unhealthy *check.HealthyError
	switch {
	case errors.As(err, &unhealthy):
		return format.Client{}, unhealthyError{err}
	case err != nil && cmd.Context().Err() == nil:
		return format.Client{}, err
	case err != nil:
		result.Report.Err = fmt.Errorf("interrupted after %d of %d faults: the verdicts are provisional", len(result.Report.Results), len(opts.Cases))
	}
	return result, err
}
