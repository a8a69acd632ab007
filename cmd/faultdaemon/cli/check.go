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
	cmd, _ := newCheckFlags(tool)
	return cmd
}

// newCheckFlags returns the command and its flags, which the clients of a
// project have each of their own.
func newCheckFlags(tool Tool) (*cobra.Command, *checkFlags) {
	f := new(checkFlags)
	cmd := &cobra.Command{
		Use:     "check [flags] -- CLIENT [ARGS...]",
		Short:   "Run a client program under every fault, and judge it",
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
	return cmd, f
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
	own, err := f.brings(tool, client)
	if err != nil {
		return opts, nil, err
	}
	healthy, err := f.setup.Build(own)
	if err != nil {
		return opts, nil, err
	}
	opts = check.Options{
		Config: healthy.Config, NewRespond: healthy.NewRespond, Client: client,
		Reads: healthy.Reads, Replies: healthy.Replies, Cure: healthy.Cure, LooksLike: healthy.LooksLike,
	}
	if f.sweep && f.run.session {
		return opts, nil, errors.New("--sweep damages the replies of one run, and --session has several calls: use one of them")
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
		return opts, nil, elsewhere(err)
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
		return fmt.Errorf("--plan: %w", elsewhere(err))
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
	p, err := f.prepare(cmd, tool, client, client[0])
	if err != nil {
		return usageError{err}
	}
	result, err := p.run(cmd.Context())
	if err != nil && len(result.Report.Results) == 0 {
		return err
	}
	return f.output.conclude(format.Document{Clients: []format.Client{result}}, err)
}
