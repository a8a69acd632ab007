package check

import (
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/evidence"
)

// happened is what the daemon did until the client ended.
func (t *trial) happened() evidence.Log { return evidence.Log(t.events).Until(t.ended) }

// connected reports whether the client reached the daemon.
func (t *trial) connected() bool {
	return slices.ContainsFunc(t.events, func(ev faultdaemon.Event) bool { return ev.Kind == faultdaemon.EventAccepted })
}

// idle returns why no fault acted, and "" when one did.
func (t *trial) idle() string {
	type place struct {
		connection int64
		exchange   int
	}
	acting := make(map[place]bool)
	reason := "nothing came that it could act on"
	for _, ev := range t.events {
		at := place{ev.Connection, ev.Exchange}
		switch ev.Kind {
		case faultdaemon.EventFault:
			acting[at] = true
		case faultdaemon.EventNotFired:
			delete(acting, at)
			reason = ev.Detail
		}
	}
	if len(acting) > 0 {
		return ""
	}
	return reason
}
