package faultdaemon

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// An Event is one thing that happened: to the daemon when Connection is 0, to
// a connection, or in an exchange.
type Event struct {
	Time       time.Time     `json:"time"` // of a write: when it began
	Kind       EventKind     `json:"kind"`
	Connection int64         `json:"connection,omitempty"` // from 1, in order of acceptance
	Exchange   int           `json:"exchange,omitempty"`   // from 1, on its connection
	Fault      Fault         `json:"fault,omitempty"`      // the fault that is acting
	Bytes      int           `json:"bytes,omitempty"`      // how many were read or written
	Offset     int           `json:"offset,omitempty"`     // of the first byte written, in the exchange
	Waited     time.Duration `json:"waited,omitempty"`     // in nanoseconds; of a large write: how long it took
	Push       bool          `json:"push,omitempty"`       // of what an upstream sends by itself; Exchange counts that
	Detail     string        `json:"detail,omitempty"`     // a reason, an error, a panic with its stack
}

// An EventKind says what happened.
type EventKind string

const (
	EventAccepted      EventKind = "accepted"
	EventRead          EventKind = "request read"
	EventUnfinished    EventKind = "request unfinished" // Bytes came, then the end or too many
	EventStarted       EventKind = "started"            // Detail has the address and the seed
	EventFault         EventKind = "fault"              // one was decided on; Detail says by which term of the plan
	EventHealthy       EventKind = "no fault"           // one was in force; Detail says why it is not this exchange's
	EventNotFired      EventKind = "fault did not fire" // Detail says why; the exchange is healthy
	EventEchoed        EventKind = "request echoed"     // the handler returned nil
	EventHandled       EventKind = "request handled"    // the handler returned, in an exchange under a fault; Bytes is the size of R
	EventReplied       EventKind = "reply written"      // by a healthy exchange
	EventWrote         EventKind = "bytes written"      // by a fault
	EventWaited        EventKind = "waited"
	EventLocked        EventKind = "lock taken"
	EventHung          EventKind = "hanging"
	EventHalfClosed    EventKind = "write side closed"
	EventReadClosed    EventKind = "read side closed"
	EventActed         EventKind = "acted"                 // by other means than bytes; Detail says what was done
	EventBlocked       EventKind = "waits for the client"  // Detail says until when
	EventRefused       EventKind = "connect refused"       // in memory; Detail says with which error
	EventRemoved       EventKind = "removed by the client" // what was at the socket's path and not to be removed; Detail says what, and what is there now
	EventClosed        EventKind = "closed"
	EventReset         EventKind = "reset"
	EventGone          EventKind = "client gone"
	EventPassed        EventKind = "request passed on"      // to the upstream, by a fault
	EventUpstreamEnded EventKind = "upstream ended"         // it sends no more; why, where that was no EOF
	EventRaw           EventKind = "passed on as raw bytes" // from here on; Detail says why
	EventPanic         EventKind = "panic"                  // of a handler or a step; Detail has value and stack
	EventError         EventKind = "error"                  // of a handler, a step or a listener
	EventStopped       EventKind = "stopped"
	EventLaunched      EventKind = "launched by the client"               // a daemon, where none was alive; Detail says what was found there
	EventSecondDaemon  EventKind = "second daemon launched by the client" // beside one that is alive; Detail says what was found there
)

// String returns the event as one line, without the time and without the
// stack of a panic: "connection 1, exchange 2: bytes written: 5 at 0
// [chunked_response]".
func (ev Event) String() string {
	var b strings.Builder
	if ev.Connection > 0 {
		fmt.Fprintf(&b, "connection %d", ev.Connection)
		if ev.Exchange > 0 {
			fmt.Fprintf(&b, ", exchange %d", ev.Exchange)
		}
		b.WriteString(": ")
	}
	b.WriteString(string(ev.Kind))
	switch ev.Kind {
	case EventRead, EventUnfinished, EventEchoed, EventHandled:
		fmt.Fprintf(&b, ": %s", countBytes(ev.Bytes))
	case EventReplied, EventWrote:
		fmt.Fprintf(&b, ": %s at %d", countBytes(ev.Bytes), ev.Offset)
	case EventWaited:
		fmt.Fprintf(&b, ": %s", ev.Waited)
	}
	if detail, _, _ := strings.Cut(ev.Detail, "\n"); detail != "" {
		fmt.Fprintf(&b, ": %s", detail)
	}
	if ev.Fault != FaultNone {
		fmt.Fprintf(&b, " [%s]", ev.Fault)
	}
	return b.String()
}

func countBytes(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

// keptEvents is how many events a daemon keeps, the newest; firstEvents are those that
// there is room for from the first on.
const keptEvents, firstEvents = 1024, 4

// eventLog is a ring of the newest events.
type eventLog struct {
	trace atomic.Pointer[func(Event)]

	mu      sync.Mutex
	ring    []Event
	next    int // where the oldest is, once the ring is full
	dropped int64
}

// add keeps an event, now where it has no time, and has the trace see it.
func (l *eventLog) add(ev *Event) {
	if ev.Time.IsZero() {
		ev.Time = time.Now()
	}
	l.mu.Lock()
	*l.slot() = *ev
	l.mu.Unlock()
	if trace := l.trace.Load(); trace != nil {
		see(*trace, ev)
	}
}

// see is not inlined, for the same reason as an Exchange's note.
//
//go:noinline
func see(trace func(Event), ev *Event) { trace(*ev) }

// slot returns where the next event is kept. It is called with mu held.
func (l *eventLog) slot() *Event {
	if l.ring == nil {
		l.ring = make([]Event, 0, firstEvents)
	}
	if len(l.ring) < keptEvents {
		l.ring = append(l.ring, Event{})
		return &l.ring[len(l.ring)-1]
	}
	oldest := &l.ring[l.next]
	l.next = (l.next + 1) % keptEvents
	l.dropped++
	return oldest
}

// listen makes trace see every further event; nil is nobody.
func (l *eventLog) listen(trace func(Event)) {
	if trace == nil {
		l.trace.Store(nil)
	} else {
		l.trace.Store(&trace)
	}
}

// Events returns a copy of what happened since New, oldest first: the newest
// 1,024 events.
func (d *FaultDaemon) Events() []Event {
	l := &d.events
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Concat(l.ring[l.next:], l.ring[:l.next])
}
