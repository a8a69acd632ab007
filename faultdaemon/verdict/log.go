package verdict

import (
	"slices"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Log is what a daemon did, in order.
type Log []faultdaemon.Event

// Until returns the events up to a time, and up to the stop of the daemon.
func (l Log) Until(end time.Time) Log {
	for i, ev := range l {
		if ev.Time.After(end) || ev.Kind == faultdaemon.EventStopped {
			return l[:i]
		}
	}
	return l
}

// Since returns the events from a time on.
func (l Log) Since(began time.Time) Log {
	for i, ev := range l {
		if !ev.Time.Before(began) {
			return l[i:]
		}
	}
	return nil
}

// Silence returns how long before the end the daemon last did something that
// the client sees on the wire: written, closed or reset. If it never did,
// Silence returns the time since the start.
func (l Log) Silence(started, ended time.Time) time.Duration {
	last := started
	for _, ev := range l {
		if isAct(ev) {
			last = ev.Time.Add(ev.Waited) // a write lasts as long as its reader reads
		}
	}
	return max(ended.Sub(last), 0)
}

// Began returns when the client first connected, or the zero time if it never
// did.
func (l Log) Began() time.Time {
	for _, ev := range l {
		if ev.Kind == faultdaemon.EventAccepted {
			return ev.Time
		}
	}
	return time.Time{}
}

// asked is when the client last asked for something, by connecting or with a
// request; the zero time where it never did.
func (l Log) asked() (last time.Time) {
	for _, ev := range l {
		if isAsking(ev) {
			last = ev.Time
		}
	}
	return last
}

// Waited returns how long before the end the client last asked for something,
// by connecting or with a request. If it never did, Waited returns the time
// since the start.
func (l Log) Waited(started, ended time.Time) time.Duration {
	if asked := l.asked(); !asked.IsZero() {
		started = asked
	}
	return ended.Sub(started)
}

// Ended reports whether the daemon's last act on the wire ended the stream, so
// that there is nothing left to wait for.
func (l Log) Ended() (ended bool) {
	for _, ev := range l {
		if isAct(ev) {
			ended = isEnd(ev)
		}
	}
	return ended
}

// recovered reports whether the last that the client saw was a healthy reply:
// it tried again, and the fault left it alone then.
func (l Log) recovered() (healthy bool) {
	for _, ev := range l {
		if isAct(ev) {
			healthy = ev.Kind == faultdaemon.EventReplied
		}
	}
	return healthy
}

// blocked reports whether the daemon waits for the client, and not the client for
// the daemon. A client that has gone meanwhile may take its time to end.
func (l Log) blocked() bool {
	for _, ev := range slices.Backward(l) {
		if ev.Kind != faultdaemon.EventGone {
			return ev.Kind == faultdaemon.EventBlocked
		}
	}
	return false
}

// replied returns how many bytes a healthy daemon has written when it has
// answered no request, one, and so on.
func (l Log) replied() []int {
	sums := []int{0}
	for _, ev := range l {
		last := len(sums) - 1
		switch {
		case ev.Kind == faultdaemon.EventRead:
			sums = append(sums, sums[last])
		case isWrite(ev):
			sums[last] += ev.Bytes
		}
	}
	return sums
}

// requests is how many requests the daemon has read, and whether it has read
// none yet on the last connection, where more may be on their way.
func (l Log) requests() (n int, unread bool) {
	for _, ev := range l {
		switch ev.Kind {
		case faultdaemon.EventAccepted:
			unread = true
		case faultdaemon.EventRead:
			n++
			unread = false
		}
	}
	return n, unread
}

// written is how many bytes the daemon has written.
func (l Log) written() (n int) {
	for _, ev := range l {
		if isWrite(ev) {
			n += ev.Bytes
		}
	}
	return n
}

func isWrite(ev faultdaemon.Event) bool {
	return ev.Kind == faultdaemon.EventReplied || ev.Kind == faultdaemon.EventWrote
}

// isAct reports whether an event is something that the client sees on the wire, or
// as the error of a connect.
func isAct(ev faultdaemon.Event) bool {
	return isWrite(ev) && ev.Bytes > 0 || isEnd(ev) || ev.Kind == faultdaemon.EventRefused
}

// isEnd reports whether after an event no more bytes come.
func isEnd(ev faultdaemon.Event) bool {
	switch ev.Kind {
	case faultdaemon.EventHalfClosed, faultdaemon.EventClosed, faultdaemon.EventReset:
		return true
	}
	return false
}

// isAsking reports whether after an event the client waits for the daemon.
func isAsking(ev faultdaemon.Event) bool {
	return ev.Kind == faultdaemon.EventAccepted || ev.Kind == faultdaemon.EventRead
}
