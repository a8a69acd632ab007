package setup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// Faults are the flags that say which faults a client is put through. Each
// value is a name, with arguments or without; a pattern of names, cut_*; or a
// stage, stage:accept.
type Faults struct {
	Fault, Skip []string
}

// Register adds the flags to a command's.
func (f *Faults) Register(set *pflag.FlagSet) {
	set.StringArrayVar(&f.Fault, "fault", nil, "check this `FAULT`, with arguments if it has any, those of a pattern (cut_*) or of a stage (stage:accept), and no others but those of further --fault")
	set.StringArrayVar(&f.Skip, "skip", nil, "leave this `FAULT` out, those of a pattern or of a stage; may be repeated")
}

// Complete adds the completion of the flags' values to a command: what the
// protocol that is named can have.
func (f *Faults) Complete(cmd *cobra.Command, flags *Flags, own Own) {
	complete := func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		s := Setup{Config: faultdaemon.Config{Catalogues: own.Catalogues}}
		if p, err := own.find(flags.Protocol); err == nil {
			s.Config.Protocol = p.value
		}
		known, err := verdict.Catalogue(s.Config)
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return append(names(known.All()), "stage:accept", "stage:respond"), cobra.ShellCompDirectiveNoFileComp
	}
	_ = cmd.RegisterFlagCompletionFunc("fault", complete)
	_ = cmd.RegisterFlagCompletionFunc("skip", complete)
}

// Cases returns the cases that the flags choose of a catalogue, in the order of
// --fault, each fault once; all where there is none. Those of a pattern or a
// stage need not act.
func (f *Faults) Cases(known *faultdaemon.Catalogue) (cases []verdict.Case, err error) {
	if len(f.Fault) == 0 {
		cases = verdict.All(known)
	}
	for _, text := range f.Fault {
		some, err := chosen(known, text)
		if err != nil {
			return nil, fmt.Errorf("--fault: %w", err)
		}
		for _, c := range some {
			at := slices.IndexFunc(cases, func(other verdict.Case) bool { return other.Fault == c.Fault })
			if at < 0 {
				cases = append(cases, c)
			} else if c.Named {
				cases[at].Named = true
			}
		}
	}
	for _, text := range f.Skip {
		if cases, err = without(known, cases, text); err != nil {
			return nil, fmt.Errorf("--skip: %w", err)
		}
	}
	return cases, nil
}

// chosen returns the cases that one value stands for.
func chosen(known *faultdaemon.Catalogue, text string) ([]verdict.Case, error) {
	infos, several, err := several(known, text)
	if err != nil {
		return nil, err
	}
	if !several {
		return verdict.Named(known, []faultdaemon.Fault{canonical(known, text)})
	}
	var cases []verdict.Case
	for _, info := range infos {
		cases = append(cases, verdict.Case{Fault: info.Fault(), Info: info})
	}
	return cases, nil
}

// without returns the cases but for those that one value stands for.
func without(known *faultdaemon.Catalogue, cases []verdict.Case, text string) ([]verdict.Case, error) {
	infos, several, err := several(known, text)
	if err != nil {
		return nil, err
	}
	if !several {
		return verdict.Without(known, cases, []faultdaemon.Fault{canonical(known, text)})
	}
	skipped := names(infos)
	return slices.DeleteFunc(slices.Clone(cases), func(c verdict.Case) bool {
		return slices.Contains(skipped, string(c.Info.Name))
	}), nil
}

// several returns the entries of a stage or of a pattern of names; false where
// the text is neither.
func several(known *faultdaemon.Catalogue, text string) (infos []faultdaemon.Info, is bool, err error) {
	stage, isStage := strings.CutPrefix(text, "stage:")
	if !isStage && !strings.ContainsAny(text, "*?") {
		return nil, false, nil
	}
	pattern := glob(text)
	var stages []string
	for _, info := range known.All() {
		if isStage && string(info.Stage) == stage || !isStage && pattern.MatchString(string(info.Name)) {
			infos = append(infos, info)
		}
		if !slices.Contains(stages, string(info.Stage)) {
			stages = append(stages, string(info.Stage))
		}
	}
	switch {
	case len(infos) > 0:
		return infos, true, nil
	case isStage:
		return nil, true, fmt.Errorf("%q is no stage%s: want one of %s", stage, didYouMean(stage, stages), strings.Join(stages, ", "))
	}
	return nil, true, fmt.Errorf("%s matches none of the %d known faults", text, len(known.All()))
}

// canonical returns a fault in the form in which it is shown; what is none
// stays as it is, for others to complain about.
func canonical(known *faultdaemon.Catalogue, text string) faultdaemon.Fault {
	f, err := known.Parse(text)
	if err != nil || f == faultdaemon.FaultNone {
		return faultdaemon.Fault(text)
	}
	return f
}

func names(infos []faultdaemon.Info) (list []string) {
	for _, info := range infos {
		list = append(list, string(info.Name))
	}
	return list
}
