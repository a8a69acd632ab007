package verdict

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// removed returns what the client has removed at the socket's path and must not, and
// what is there now; "" where it has left all alone.
func (l Log) removed() string {
	for _, ev := range l {
		if ev.Kind == faultdaemon.EventRemoved {
			return ev.Detail
		}
	}
	return ""
}

// untilWithRemovals returns the events up to a time, and that something was removed
// also where the daemon has found that out later, as a rule when it stopped.
func (l Log) untilWithRemovals(end time.Time) Log {
	kept := l.Until(end)
	for _, ev := range l[len(kept):] {
		if ev.Kind == faultdaemon.EventRemoved {
			kept = append(kept[:len(kept):len(kept)], ev)
		}
	}
	return kept
}
