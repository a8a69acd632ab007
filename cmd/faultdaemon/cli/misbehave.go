package cli

import (
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/control"
	"github.com/faultdaemon/toolkit/faultdaemon"
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
		return fmt.Errorf("--fault: %w", relayed(err))
	}
	if plan != "" {
		if cfg.Fault != faultdaemon.FaultNone {
			return errors.New("--fault and --plan exclude each other: give one")
		}
		if cfg.Plan, err = known.ParsePlan(plan); err != nil {
			return fmt.Errorf("--plan: %w", relayed(err))
		}
	}
	return control.Check(*cfg)
}

// relayed is an error about a fault that is unknown; of one that a daemon in front of
// a real one knows, it says so.
func relayed(err error) error {
	var unknown *faultdaemon.UnknownFaultError
	if !errors.As(err, &unknown) {
		return err
	}
	if _, found := relay.Faults.Lookup(unknown.Fault); found {
		return fmt.Errorf("%s acts between a client and a real daemon: name that one with --upstream", unknown.Fault.Name())
	}
	return err
}
