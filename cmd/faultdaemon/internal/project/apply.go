package project

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// Apply sets flags, in order. One of set that skip returns true for stays as it
// is. A key that is no flag and a value that a flag does not take are errors with
// the line.
func Apply(set *pflag.FlagSet, settings []Setting, skip func(*pflag.Flag) bool) error {
	for _, s := range settings {
		flag := set.Lookup(s.Flag)
		if flag == nil {
			return fmt.Errorf("%s:%d: unknown key %q%s", Name, s.Line, s.Flag, flags(set))
		}
		if skip != nil && skip(flag) {
			continue
		}
		if err := apply(set, flag, s); err != nil {
			return fmt.Errorf("%s:%d: %s: %w", Name, s.Line, s.Flag, err)
		}
	}
	return nil
}

func apply(set *pflag.FlagSet, flag *pflag.Flag, s Setting) error {
	list, takesList := flag.Value.(pflag.SliceValue)
	switch {
	case takesList:
		flag.Changed = true
		return list.Replace(s.Values)
	case s.List:
		return fmt.Errorf("want one value, not a list")
	}
	return set.Set(flag.Name, s.Values[0])
}

// Copy sets those flags of to that were given in from, to the same values.
func Copy(to, from *pflag.FlagSet) (err error) {
	from.Visit(func(flag *pflag.Flag) {
		s := Setting{Flag: flag.Name, Values: []string{flag.Value.String()}}
		if list, takesList := flag.Value.(pflag.SliceValue); takesList {
			s.Values = list.GetSlice()
		}
		if target := to.Lookup(flag.Name); target != nil && err == nil {
			err = apply(to, target, s)
		}
	})
	return err
}

// flags lists what keys may be.
func flags(set *pflag.FlagSet) string {
	var names []string
	set.VisitAll(func(flag *pflag.Flag) {
		if flag.Name != "help" {
			names = append(names, flag.Name)
		}
	})
	return ": want one of the flags " + strings.Join(names, ", ")
}
