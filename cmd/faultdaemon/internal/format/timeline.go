package format

import (
	"fmt"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A moment is something that the client or the daemon did.
type moment struct {
	After  string // since the client's start
	Client bool   // the client did it, not the daemon
	Act    string // what it did
	Bytes  string // which bytes; may be empty
	Note   string // may be empty
	End    bool   // it ended what the other side can read
}

// most is how many moments of a run are shown.
const most = 60

// timeline is what went over the wire, and how the client ended.
func timeline(res verdict.Result) (list []moment) {
	sent := make(map[exchange]int) // bytes, by the daemon
	for _, ev := range res.Events {
		if ev.Connection == 0 {
			continue
		}
		m := moment{After: verdict.Brief(ev.Time.Sub(res.Started)), Act: string(ev.Kind)}
		m.Note, _, _ = strings.Cut(verdict.Clip(ev.Detail), "\n")
		in := exchange{ev.Connection, ev.Exchange}
		switch ev.Kind {
		case faultdaemon.EventAccepted:
			m.Client, m.Act = true, "connected"
		case faultdaemon.EventFault:
			m.Act = "misbehaves: " + string(ev.Fault)
		case faultdaemon.EventGone:
			m.Client, m.Act = true, "went away"
		case faultdaemon.EventRead:
			m.Client, m.Act, m.Bytes = true, "sent a request", count(ev.Bytes)
		case faultdaemon.EventUnfinished:
			m.Client, m.Act, m.Bytes = true, "sent part of a request", count(ev.Bytes)
		case faultdaemon.EventReplied, faultdaemon.EventWrote:
			m.Act, m.Bytes = "sent", span(ev.Offset, ev.Bytes)
			sent[in] = max(sent[in], ev.Offset+ev.Bytes)
		case faultdaemon.EventWaited:
			m.Act = "waited " + verdict.Brief(ev.Waited)
		case faultdaemon.EventHung:
			m.End, m.Act, m.Bytes = true, "fell silent", after(sent[in])
		case faultdaemon.EventHalfClosed, faultdaemon.EventClosed:
			m.End, m.Act, m.Bytes = true, "closed the connection", after(sent[in])
		case faultdaemon.EventReset:
			m.End, m.Act, m.Bytes = true, "reset the connection", after(sent[in])
		}
		if ev.Connection > 1 {
			m.Note = strings.TrimSuffix(fmt.Sprintf("connection %d; %s", ev.Connection, m.Note), "; ")
		}
		list = append(list, m)
	}
	if left := len(list) - most; left > 1 {
		list = append(append(list[:most/2:most/2], moment{Act: fmt.Sprintf("%d more events", left)}), list[left+most/2:]...)
	}
	if res.Client != "" {
		list = append(list, moment{After: verdict.Brief(res.Took), Client: true, Act: verdict.Clip(strings.ReplaceAll(res.Client, "\n", "; "))})
	}
	return list
}

// An exchange is one request and what is done about it.
type exchange struct {
	connection int64
	number     int
}

// span are the bytes of one write: "bytes 0 to 26".
func span(from, n int) string {
	switch n {
	case 0:
		return "nothing"
	case 1:
		return fmt.Sprintf("1 byte (number %d)", from+1)
	}
	return fmt.Sprintf("%d bytes (%d to %d)", n, from+1, from+n)
}

// after says at which byte of an exchange something was.
func after(sent int) string {
	if sent == 0 {
		return "before the first byte"
	}
	return fmt.Sprintf("after byte %d", sent)
}

func count(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}
