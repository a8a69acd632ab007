package faulttest

import "github.com/faultdaemon/toolkit/faultdaemon"

// refusal is why the fault found that it could not act, "" where it was not
// asked.
func (t *trial) refusal() (reason string) {
	for _, ev := range t.events {
		if ev.Kind == faultdaemon.EventNotFired {
			reason = ev.Detail
		}
	}
	return reason
}

// idle is why no fault acted.
func (t *trial) idle() string {
	reason := t.refusal()
	switch {
	case reason != "":
		return reason
	case t.connections == 0:
		return neverDialled
	case len(t.calls) == 0:
		return "the daemon has read no request that the fault could act on"
	}
	for _, ev := range t.events {
		if ev.Kind == faultdaemon.EventHealthy {
			reason = ev.Detail
		}
	}
	if reason == "" {
		reason = "nothing came that the fault could act on"
	}
	return reason
}
