package cli

import (
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/control"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
	"github.com/faultdaemon/toolkit/relay"
)

// misbehave sets the fault or the plan that a daemon begins with, as --fault and
// --plan say it.
func misbehave(cfg *faultdaemon.Config, fault, plan string) error {
	known, err := verdict.Catalogue(*cfg)
	if err != nil {
		return err
	}
	if cfg.Fault, err = known.Parse(fault); err != nil {
		return fmt.Errorf("--fault: %w", elsewhere(err))
	}
	if plan != "" {
		if cfg.Fault != faultdaemon.FaultNone {
			return errors.New("--fault and --plan exclude each other: give one")
		}
		if cfg.Plan, err = known.ParsePlan(plan); err != nil {
			return fmt.Errorf("--plan: %w", elsewhere(err))
		}
	}
	return control.Check(*cfg)
}

// elsewhere is an error about a fault that is unknown; of one that is known, but can do
// nothing here, it says where it acts.
func elsewhere(err error) error {
	var unknown *faultdaemon.UnknownFaultError
	if !errors.As(err, &unknown) {
		return err
	}
	for _, place := range []struct {
		faults *faultdaemon.Catalogue
		acts   string
	}{
		{relay.Faults, "acts between a client and a real daemon: name that one with --upstream"},
		{listen.Faults, "acts on where a daemon listens: check has it, for clients that connect"},
		{stdio.Faults, "acts on a server that a client spawns: check has it, for clients with {server} in their arguments, and stdio"},
	} {
		if _, found := place.faults.Lookup(unknown.Fault); found {
			return fmt.Errorf("%s %s", unknown.Fault.Name(), place.acts)
		}
	}
	return err
}
