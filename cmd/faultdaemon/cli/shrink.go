package cli

import (
	"errors"
	"fmt"
	"io"

	"al.essio.dev/pkg/shellescape"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/shrink"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

const shrinkHelp = `Shrink finds the smallest plan under which a client still fails: it runs the client
under the plan, then under plans made from it, each with a term less, fewer exchanges,
or a smaller argument, for as long as the verdict is the same failure.

Its output is that plan, the command line that checks the client under it, and a Go
test that does. All flags but those below mean what they mean to check. Durations are
tried in a few sizes only, so that the result does not hang on a millisecond.

Exit status: 0 when a smallest plan was found, 1 when the client does not fail under
the plan, 2 for a failure of the command's own, 3 when the client cannot be judged, 4
for a mistake in the command line.`

const shrinkExample = `  faultdaemon shrink --plan '25%slow_response(9s)->3*cut_at(7, eof)' -- ./client {socket}`

// shrinkFlags are the flags of the shrink command.
type shrinkFlags struct {
	check   checkFlags // those that say how a client is run
	maxRuns int
	verbose bool
}

func newShrink(tool Tool) *cobra.Command {
	f := new(shrinkFlags)
	cmd := &cobra.Command{
		Use:     "shrink --plan PLAN [flags] -- CLIENT [ARGS...]",
		Short:   "Find the smallest plan of faults under which a client fails",
		Long:    shrinkHelp,
		Example: shrinkExample,
		Args:    usage(cobra.MinimumNArgs(1)),
		RunE:    func(cmd *cobra.Command, args []string) error { return runShrink(cmd, tool, f, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.SetInterspersed(false) // what follows the client is the client's
	flags.SetNormalizeFunc(formerNames)
	f.check.setup.Register(flags)
	f.check.run.register(flags)
	f.register(flags)
	f.check.setup.Complete(cmd, tool.own())
	f.check.run.complete(cmd)
	return cmd
}

// register adds the flags that only shrink has.
func (f *shrinkFlags) register(flags *pflag.FlagSet) {
	flags.IntVar(&f.maxRuns, "max-runs", 200, "end after so many plans, with the smallest so far")
	flags.BoolVar(&f.verbose, "verbose", false, "say on stderr which plans were tried")
}

func runShrink(cmd *cobra.Command, tool Tool, f *shrinkFlags, client []string) error {
	if f.maxRuns < 1 {
		return usageError{fmt.Errorf("--max-runs is %d: want 1 or more", f.maxRuns)}
	}
	if f.check.run.plan == "" {
		return usageError{errors.New("--plan is missing: the plan under which the client fails, as in 2*close_after_read->25%slow_response")}
	}
	opts, _, err := f.check.options(tool, client)
	if err != nil {
		return usageError{err}
	}
	how, err := f.options(opts, cmd.ErrOrStderr())
	if err != nil {
		return usageError{err}
	}
	smallest, failure, err := check.Shrink(cmd.Context(), opts, how)
	var unhealthy *check.HealthyError
	switch {
	case errors.As(err, &unhealthy):
		return unhealthyError{err}
	case errors.Is(err, shrink.ErrPasses) && failure.Verdict == verdict.Untested:
		return unhealthyError{fmt.Errorf("%w: no fault of it acted: %s", err, failure.Why)}
	case errors.Is(err, shrink.ErrPasses):
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: %v: the client %s\n", tool.Name, err, failure.Client)
		return errFails
	case err != nil && failure.Verdict == "":
		return err
	}
	_, werr := fmt.Fprint(cmd.OutOrStdout(), f.found(cmd, tool, client, smallest, failure))
	return errors.Join(err, werr)
}

// options are those of the search.
func (f *shrinkFlags) options(opts check.Options, log io.Writer) (how check.ShrinkOptions, err error) {
	how.MaxRuns = f.maxRuns
	if how.Catalogue, err = verdict.Catalogue(opts.Config); err != nil {
		return how, err
	}
	if how.Plan, err = how.Catalogue.ParsePlan(f.check.run.plan); err != nil {
		return how, fmt.Errorf("--plan: %w", err)
	}
	if f.verbose {
		how.Tried = func(plan faultdaemon.Plan, failed bool) {
			outcome := "passes"
			if failed {
				outcome = "fails"
			}
			fmt.Fprintf(log, "%s: %s\n", plan, outcome)
		}
	}
	return how, nil
}

// found is what the command prints.
func (f *shrinkFlags) found(cmd *cobra.Command, tool Tool, client []string, smallest faultdaemon.Plan, failure verdict.Result) string {
	words := append(f.words(cmd, tool, smallest), "--")
	words = append(words, client...)
	return fmt.Sprintf("%s\n\n%s; expected: %s\n\n%s\n\n%s",
		smallest, failure.Verdict, failure.Expected, shellescape.QuoteCommand(words),
		shrink.ProgramTest("client_test", "TestClientUnderThePlan", smallest, words))
}

// words are those of the check of the client under a plan, up to the client.
func (f *shrinkFlags) words(cmd *cobra.Command, tool Tool, plan faultdaemon.Plan) []string {
	words := []string{program(tool), "check", "--plan", plan.String()}
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(shrinkFlags).register(own)
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if flag.Name != "plan" && own.Lookup(flag.Name) == nil {
			words = append(words, flagWords(flag)...)
		}
	})
	return words
}
