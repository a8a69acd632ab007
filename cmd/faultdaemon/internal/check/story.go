package check

import (
	"slices"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// largeWrite is what a Unix socket's buffer holds, in bytes.
const largeWrite = 208 << 10

// happened are the daemon's events until the client ended.
func (t *trial) happened() []faultdaemon.Event {
	for i, ev := range t.events {
		if ev.Time.After(t.ended) || ev.Kind == faultdaemon.EventStopped {
			return t.events[:i]
		}
	}
	return t.events
}

// connected reports whether the client reached the daemon.
func (t *trial) connected() bool {
	return slices.ContainsFunc(t.events, func(ev faultdaemon.Event) bool { return ev.Kind == faultdaemon.EventAccepted })
}

// isAct reports whether an event ends a silence: the daemon has done
// something that the client can see, or has taken in what the client sent.
func isAct(ev faultdaemon.Event) bool {
	switch ev.Kind {
	case faultdaemon.EventReplied, faultdaemon.EventWrote, faultdaemon.EventHalfClosed,
		faultdaemon.EventClosed, faultdaemon.EventReset:
		return true
	}
	return isAsking(ev)
}

// isAsking reports whether after an event the client waits for the daemon.
func isAsking(ev faultdaemon.Event) bool {
	return ev.Kind == faultdaemon.EventAccepted || ev.Kind == faultdaemon.EventRead
}

// silence is how long nothing had happened when the client ended.
func (t *trial) silence() time.Duration {
	last := t.started
	for _, ev := range t.happened() {
		if isAct(ev) {
			last = ev.Time
		}
	}
	return t.ended.Sub(last)
}

// wireEnded reports whether the last that the daemon did on the wire was to
// end the stream.
func (t *trial) wireEnded() (ended bool) {
	for _, ev := range t.happened() {
		if isAct(ev) && !isAsking(ev) {
			ended = ev.Kind != faultdaemon.EventReplied && ev.Kind != faultdaemon.EventWrote
		}
	}
	return ended
}

// longestWait is the longest time between something that the client asked for
// and the daemon's next act, or the client's end.
func (t *trial) longestWait() time.Duration {
	var longest time.Duration
	var asked time.Time // zero while nothing is asked for
	for _, ev := range t.happened() {
		if !isAct(ev) {
			continue
		}
		if !asked.IsZero() {
			longest = max(longest, ev.Time.Sub(asked))
		}
		asked = time.Time{}
		if isAsking(ev) {
			asked = ev.Time
		}
	}
	if !asked.IsZero() {
		longest = max(longest, t.ended.Sub(asked))
	}
	return longest
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

// does returns what the client was seen to do of the things that faults need.
// A batch cannot be seen from here.
func (t *trial) does() faultdaemon.Need {
	var seen faultdaemon.Need
	unanswered := make(map[int64]int) // requests, of a connection
	for _, ev := range t.events {
		if ev.Connection > 1 {
			seen |= faultdaemon.SecondConnection
		}
		switch ev.Kind {
		case faultdaemon.EventRead:
			if ev.Exchange > 1 {
				seen |= faultdaemon.SecondExchange
			}
			if unanswered[ev.Connection]++; unanswered[ev.Connection] > 1 {
				seen |= faultdaemon.Pipelining
			}
			if ev.Bytes > largeWrite {
				seen |= faultdaemon.LargeWrite
			}
		case faultdaemon.EventReplied, faultdaemon.EventWrote:
			unanswered[ev.Connection] = 0
		}
	}
	return seen
}
