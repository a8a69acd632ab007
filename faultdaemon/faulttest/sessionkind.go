package faulttest

import (
	"context"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A faultKind says what it takes for a fault to show in a session.
type faultKind struct {
	early  bool // a connection: it acts before requests
	second bool // a second exchange or connection
}

// kindOf returns the kind of a config's faults.
func kindOf(cfg faultdaemon.Config) (kind faultKind, err error) {
	known, err := verdict.Catalogue(cfg)
	if err != nil {
		return kind, err
	}
	for _, f := range append(cfg.Plan.Faults(), cfg.Fault) {
		if info, found := known.Lookup(f); found {
			kind.early = kind.early || info.Stage.BeforeRequests()
			kind.second = kind.second || info.Needs&(faultdaemon.SecondExchange|faultdaemon.SecondConnection) != 0
		}
	}
	return kind, nil
}

// daemonKey is the key of a context's daemon.
type daemonKey struct{}

// daemonOf returns the daemon of the run that a client's context belongs to.
func daemonOf(ctx context.Context) *faultdaemon.FaultDaemon {
	d, _ := ctx.Value(daemonKey{}).(*faultdaemon.FaultDaemon)
	return d
}
