package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/check"
	"github.com/faultdaemon/toolkit/cmd/faultdaemon/internal/format"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/sweep"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A prepared client is one whose flags are in order.
type prepared struct {
	name     string
	opts     check.Options
	left     []verdict.NotApplicable
	baseline *verdict.Baseline
	sweep    *sweep.Options // nil: it is not swept
	alone    func(faultdaemon.Fault) string
}

// prepare returns the client that the flags are about. An error is a mistake in
// a flag. cmd is the command that has the flags, and name what the client is
// called unless they say it.
func (f *checkFlags) prepare(cmd *cobra.Command, tool Tool, client []string, name string) (p prepared, err error) {
	p = prepared{name: name, alone: alone(cmd, tool, client)}
	if f.results.name != "" {
		p.name = f.results.name
	}
	if f.sweep {
		p.sweep = &sweep.Options{MaxOffsets: f.offsets}
	}
	if p.opts, p.left, err = f.options(tool, client); err != nil {
		return p, err
	}
	if p.baseline, err = f.results.open(); err != nil {
		return p, err
	}
	p.opts.Accept = p.baseline.Accept
	return p, nil
}

// run runs the client under every fault and, where that is wanted, at every
// byte. What is known comes with ctx's error, too.
func (p prepared) run(ctx context.Context) (result format.Client, err error) {
	var clear func()
	p.opts.Progress, clear = showProgress()
	defer clear()
	result = format.Client{Name: p.name, Alone: p.alone, Spawns: p.opts.Server != nil}
	result.Report, err = check.Run(ctx, p.opts)
	if err == nil && p.sweep != nil {
		var swept sweep.Report
		swept, err = check.Sweep(ctx, p.opts, *p.sweep)
		result.Sweep = &swept
	}
	result.Report.NotApplicable = p.left
	var unhealthy *check.HealthyError
	switch {
	case errors.As(err, &unhealthy):
		return format.Client{}, unhealthyError{err}
	case err != nil && ctx.Err() == nil:
		return format.Client{}, err
	case err != nil:
		result.Report.Err = fmt.Errorf("interrupted after %d of %d faults: the verdicts are provisional", len(result.Report.Results), len(p.opts.Cases))
		return result, err
	}
	return result, p.baseline.Save()
}
