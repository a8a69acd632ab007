package control

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"sync"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// keptEvents is how many events a Feed keeps, the newest.
const keptEvents = 16384

// A Feed keeps the newest 16,384 events of a daemon and copies them to any
// number of writers, each at its own speed. A slow writer never holds up the
// daemon: it misses events, and a line says how many. The zero value is ready.
type Feed struct {
	mu     sync.Mutex
	ring   []faultdaemon.Event
	added  int64 // since the beginning; the next event's number
	closed bool
	more   chan struct{} // closed by the next change; nil while nobody waits
}

// Add takes an event. It is a Config.Trace.
func (f *Feed) Add(ev faultdaemon.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.ring) < keptEvents {
		f.ring = append(f.ring, ev)
	} else {
		f.ring[f.added%keptEvents] = ev
	}
	f.added++
	f.wake()
}

// Close ends every Copy once it has written what there is.
func (f *Feed) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	f.wake()
}

func (f *Feed) wake() {
	if f.more != nil {
		close(f.more)
		f.more = nil
	}
}

// since returns the events from number next on, how many of them are no longer
// kept, and a channel that is closed when there are more; it is nil when there
// never will be.
func (f *Feed) since(next int64) (events []faultdaemon.Event, missed int64, more <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if oldest := f.added - int64(len(f.ring)); next < oldest {
		missed, next = oldest-next, oldest
	}
	for ; next < f.added; next++ {
		events = append(events, f.ring[next%keptEvents])
	}
	if f.closed {
		return events, missed, nil
	}
	if f.more == nil {
		f.more = make(chan struct{})
	}
	return events, missed, f.more
}

// missedLine stands in the place of events that are no longer kept.
type missedLine struct {
	Missed int64 `json:"missed"`
}

// Follow gives all events to do, one batch at a time, and how many came before a
// batch and are no longer kept. With more it goes on until the feed is closed or ctx
// ends; the error is do's.
func (f *Feed) Follow(ctx context.Context, more bool, do func(events []faultdaemon.Event, missed int64) error) error {
	for next := int64(0); ; {
		events, missed, changed := f.since(next)
		if err := do(events, missed); err != nil {
			return err
		}
		next += missed + int64(len(events))
		if !more || changed == nil {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

// Copy writes the events to w as JSON, one a line, each batch with one Write.
// With follow it goes on until the feed is closed or ctx ends; the error is
// w's.
func (f *Feed) Copy(ctx context.Context, w io.Writer, follow bool) error {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	return f.Follow(ctx, follow, func(events []faultdaemon.Event, missed int64) error {
		lines.Reset()
		if missed > 0 {
			if err := encoder.Encode(missedLine{missed}); err != nil {
				return err
			}
		}
		for _, ev := range events {
			if err := encoder.Encode(ev); err != nil {
				return err
			}
		}
		_, err := w.Write(lines.Bytes())
		return err
	})
}
