package bench

import "time"

// judgingRows are about verdicts in virtual time, and about real time where a fault
// waits.
func judgingRows() []Row {
	const delay = 50 * time.Millisecond
	late := func(name string, percent int) Row {
		return Row{
			Work: name, Unit: Time, Rounds: 5, Subject: lateReplies(delay, percent),
			Peers: []Peer{{"time.Sleep", lateSleeps(delay, percent), 1.2}}, Reason: "the reply crosses a socket and wakes a goroutine of the client",
		}
	}
	return []Row{
		{
			Work: "verdicts of a JSON-RPC client, all faults", Unit: Time, Rounds: 9, Subject: verdicts,
			Most: milliseconds(120), Reason: "three quarters of it is the client, which parses what floods it",
		},
		{
			Work: "one run of a sweep, of 4,096 over 1 kB", Unit: Time, Rounds: 5, Subject: sweeps,
			Peers:  []Peer{{"an empty bubble", emptyBubbles, 3}},
			Reason: "a run starts and stops a daemon in its bubble, and judges its client, which alone takes as long as three",
		},
		late("slow_response(50ms) beyond 50 ms, median", 50),
		late("the same, 99th percentile", 99),
	}
}
