package session

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A kind says what it takes for a fault to show in a session.
type kind struct {
	early  bool // a connection: it acts before requests
	second bool // a second exchange or connection
}

// kindOf returns the kind of a config's faults.
func kindOf(cfg faultdaemon.Config) (k kind, err error) {
	known, err := verdict.Catalogue(cfg)
	if err != nil {
		return k, err
	}
	for _, f := range append(cfg.Plan.Faults(), cfg.Fault) {
		if info, found := known.Lookup(f); found {
			k.early = k.early || info.Stage.BeforeRequests()
			k.second = k.second || info.Needs&(faultdaemon.SecondExchange|faultdaemon.SecondConnection) != 0
		}
	}
	return k, nil
}
