package bench

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// relayRows are about what a relay adds to the way to a server: the toolkit's against
// toxiproxy.
func relayRows() []Row {
	const perMessage = "what passes is cut into messages and recorded; toxiproxy copies bytes"
	frames := faultdaemon.Config{Protocol: lengthprefix.Layout{LengthWidth: 4}, MaxRequestBytes: 2 << 20}
	onTCP := forwarding(daemonTCP, faultdaemon.Config{})
	onUnix := forwarding(daemon, faultdaemon.Config{})
	one, several := serial(500, line(request)), serial(30, lines(request, 32))
	large := serial(10, echoed(frame(1<<20)))
	idle := idles(1000, line(request))

	adds := func(w Work) Side { return added(on(via(toxic, tcp(echoLines)), w), on(tcp(echoLines), w)) }
	return []Row{
		{
			Work: "what a relay adds to a request, TCP", Unit: Time, Rounds: 41,
			Subject: added(on(via(onTCP, tcp(echoLines)), one), on(tcp(echoLines), one)),
			Peers:   []Peer{{"toxiproxy", adds(one), 0.5}}, Reason: perMessage,
		},
		{
			Work: "what a relay adds to a request, Unix socket", Unit: Time, Rounds: 41,
			Subject: added(on(via(onUnix, unix(echoLines)), one), on(unix(echoLines), one)),
			Peers:   []Peer{{"toxiproxy on TCP", adds(one), 0.5}}, Reason: perMessage,
		},
		{
			Work: "what a relay adds to 32 requests in one write, TCP", Unit: Time, Rounds: 21,
			Subject: added(on(via(onTCP, tcp(echoLines)), several), on(tcp(echoLines), several)),
			Peers:   []Peer{{"toxiproxy", adds(several), 1.5}}, Reason: perMessage,
		},
		{
			Work: "1 MiB there and back through a relay, TCP", Unit: Time, Rounds: 21,
			Subject: on(via(forwarding(daemonTCP, frames), tcp(echoFrames)), large),
			Peers:   []Peer{{"toxiproxy", on(via(toxic, tcp(echoFrames)), large), 0.5}}, Reason: perMessage,
		},
		{
			Work: "memory of a connection through a relay, of 1,000", Unit: Bytes, Rounds: 5,
			Subject: on(via(onTCP, tcp(echoLines)), idle),
			Peers:   []Peer{{"toxiproxy", on(via(toxic, tcp(echoLines)), idle), 1.0}},
		},
	}
}
