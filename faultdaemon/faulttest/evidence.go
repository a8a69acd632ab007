package faulttest

import (
	"bytes"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// largeWrite is what a connection's buffer holds, in bytes.
const largeWrite = 208 << 10

// isAct reports whether an event is something that the client sees on the
// wire.
func isAct(ev faultdaemon.Event) bool {
	switch ev.Kind {
	case faultdaemon.EventReplied, faultdaemon.EventWrote:
		return ev.Bytes > 0
	}
	return isEnd(ev)
}

// isEnd reports whether after an event no more bytes come.
func isEnd(ev faultdaemon.Event) bool {
	switch ev.Kind {
	case faultdaemon.EventHalfClosed, faultdaemon.EventClosed, faultdaemon.EventReset:
		return true
	}
	return false
}

// silence is how long nothing had happened on the wire when the client
// returned.
func (t *trial) silence() time.Duration {
	last := t.started
	for _, ev := range t.events {
		if isAct(ev) {
			last = ev.Time
		}
	}
	return max(t.ended.Sub(last), 0)
}

// wireEnded reports whether the daemon's last act was to end the stream: then
// there is nothing to wait for.
func wireEnded(events []faultdaemon.Event) (ended bool) {
	for _, ev := range events {
		if isAct(ev) {
			ended = isEnd(ev)
		}
	}
	return ended
}

// recovered reports whether the last that the client saw was a healthy reply:
// it tried again, and the fault left it alone then.
func recovered(events []faultdaemon.Event) (healthy bool) {
	for _, ev := range events {
		if isAct(ev) {
			healthy = ev.Kind == faultdaemon.EventReplied
		}
	}
	return healthy
}

// written is how many bytes the daemon has written.
func written(events []faultdaemon.Event) (n int) {
	for _, ev := range events {
		if ev.Kind == faultdaemon.EventReplied || ev.Kind == faultdaemon.EventWrote {
			n += ev.Bytes
		}
	}
	return n
}

// waited is how long it was, when the client returned, since it last asked
// for something.
func (t *trial) waited() time.Duration {
	if !t.asked.IsZero() {
		return t.ended.Sub(t.asked)
	}
	asked := t.ended
	for _, ev := range t.events {
		if ev.Kind == faultdaemon.EventAccepted || ev.Kind == faultdaemon.EventRead {
			asked = ev.Time
		}
	}
	return t.ended.Sub(asked)
}

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

// seenDoing returns what the client was seen to do of the things that faults
// need.
func seenDoing(events []faultdaemon.Event, calls []faultdaemon.RPCCall, p faultdaemon.Protocol) (seen faultdaemon.Need) {
	unanswered := make(map[int64]int) // requests, of a connection
	for _, ev := range events {
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
	for _, call := range calls {
		if bytes.HasPrefix(bytes.TrimSpace(payload(p, call.Request)), []byte("[")) {
			seen |= faultdaemon.Batch
		}
	}
	return seen
}

// payload returns what a message carries, or all of it where the protocol
// cannot tell.
func payload(p faultdaemon.Protocol, message []byte) []byte {
	if p, ok := p.(faultdaemon.Payloader); ok {
		if inner, err := p.Payload(message); err == nil {
			return inner
		}
	}
	return message
}
