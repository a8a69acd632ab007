package bench

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
)

const request = `{"id":1,"method":"status"}`

// exchangeRows are about the healthy path: an echo, whose calls are recorded.
func exchangeRows() []Row {
	floor := unix(echoLines)
	healthy := daemon(faultdaemon.Config{})
	unmatched := daemon(faultdaemon.Config{
		Fault:        faultdaemon.FaultHangBeforeResponse,
		FaultMatcher: func([]byte) bool { return false },
	})
	one, several := line(request), lines(request, 32)
	const records = "it records each call, and two events"
	work := func(name string, server Server, w Work, reach float64, allocs *float64, reason string) Row {
		return Row{
			Work: name, Unit: Time, Rounds: 41, Subject: on(server, w),
			Peers: []Peer{{"a bufio echo server", on(floor, w), reach}}, Allocs: allocs, Reason: reason,
		}
	}
	return []Row{
		work("echo of a line, Unix socket", healthy, serial(2000, one), 1.05, new(0.0), records),
		work("the same on 64 connections", healthy, parallel(64, 50, func() Talk { return one }), 1.05, nil, records),
		work("32 lines in one write", healthy, serial(100, several), 1.05, nil, records),
		work("a fault in force that matches nothing", unmatched, serial(2000, one), 1.10, new(0.0),
			"one more system call: a request stays in the kernel until the next, so that a fault can reset; and a third event"),
	}
}
