package cli

import (
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/control"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// misbehave sets the fault or the plan that a daemon begins with, as --fault and
// --plan say it.
func misbehave(cfg *faultdaemon.Config, fault, plan string) error {
	known, err := verdict.Catalogue(*cfg)
	if err != nil {
		return err
	}
	if cfg.Fault, err = known.Parse(fault); err != nil {
		return fmt.Errorf("--fault: %w", err)
	}
	if plan != "" {
		if cfg.Fault != faultdaemon.FaultNone {
			return errors.New("--fault and --plan exclude each other: give one")
		}
		if cfg.Plan, err = known.ParsePlan(plan); err != nil {
			return fmt.Errorf("--plan: %w", err)
		}
	}
	return control.Check(*cfg)
}
