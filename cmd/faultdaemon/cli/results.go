package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// resultFlags say which part of the faults is run, what the client is called, and
// with what its verdicts are compared.
type resultFlags struct {
	name           string
	shard          string
	baseline       string
	update, strict bool
}

// register adds the flags to a command's.
func (f *resultFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.name, "name", "", "what the client is called in reports (default: its program)")
	flags.StringVar(&f.shard, "shard", "", "run the part `K/N` of the faults: 1/5 is the 1st, 6th, 11th ... of those that would be run")
	flags.StringVar(&f.baseline, "baseline", "", "`FILE` of verdicts that are accepted; faults that it does not have are new and fail nothing")
	flags.BoolVar(&f.update, "update-baseline", false, "accept the verdicts of this run, and write them to the --baseline file")
	flags.BoolVar(&f.strict, "strict-baseline", false, "fail faults that the --baseline file does not have, where their results fail")
}

// choiceFlag reports whether a flag says which faults are run, how many at once,
// or what is made of their results.
func choiceFlag(flag *pflag.Flag) bool {
	var f resultFlags
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.register(own)
	return own.Lookup(flag.Name) != nil || flag.Name == "fault" || flag.Name == "skip" || flag.Name == "jobs"
}

// open returns the baseline, nil where there is none.
func (f *resultFlags) open() (*verdict.Baseline, error) {
	switch {
	case f.baseline == "" && (f.update || f.strict):
		return nil, errors.New("which file? --update-baseline and --strict-baseline go with --baseline FILE")
	case f.update && f.strict:
		return nil, errors.New("--update-baseline accepts every verdict and --strict-baseline does not: leave one out")
	case f.baseline == "":
		return nil, nil
	}
	b, err := verdict.OpenBaseline(f.baseline, f.strict, f.update)
	if err != nil {
		return nil, fmt.Errorf("--baseline: %w: --update-baseline writes the file", err)
	}
	return b, nil
}

// part returns those of the cases that are the shard's: every nth, so that it
// depends on nothing but the list.
func (f *resultFlags) part(cases []verdict.Case) (list []verdict.Case, err error) {
	if f.shard == "" {
		return cases, nil
	}
	var k, n int
	if _, err := fmt.Sscanf(f.shard, "%d/%d", &k, &n); err != nil || fmt.Sprintf("%d/%d", k, n) != f.shard || k < 1 || n < k {
		return nil, fmt.Errorf("--shard is %q: want K/N, the Kth of N parts, as in 2/5", f.shard)
	}
	if len(cases) < n {
		return nil, fmt.Errorf("--shard is %s and there are %d faults: want no more parts than faults", f.shard, len(cases))
	}
	for i := k - 1; i < len(cases); i += n {
		list = append(list, cases[i])
	}
	return list, nil
}
