package catalogue

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults that act on a connection before it has carried a request.
var _ = spec.Faults{
	{
		Name:        "hang_on_accept",
		Stage:       spec.Accept,
		Summary:     "accepts the connection and never reads from it.",
		Tests:       "the deadline of a first call; with a large request, the deadline of the write.",
		Simulates:   "a daemon whose event loop is stuck while the kernel still accepts for it.",
		Client:      spec.TimesOut,
		AlsoKnownAs: []string{"no_read", "blackhole", "stall"},
		Bug:         "containerd/ttrpc#174: a send blocked for hours in Write although its context had ended",
		Do:          faultdaemon.Hang,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.Open, Calls: spec.NoCalls},
		},
	},
	{
		Name:        "close_immediately",
		Stage:       spec.Accept,
		Summary:     "closes the connection as soon as it is accepted, with a clean EOF.",
		Tests:       "that an EOF before the first reply is an error at once, and that reconnecting does not spin.",
		Simulates:   "a daemon at its connection limit, or one that is shutting down.",
		Client:      spec.Rejects,
		AlsoKnownAs: []string{"accept_then_close", "fast_close", "empty_response"},
		Do:          faultdaemon.Close,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.EOF, Calls: spec.NoCalls},
		},
	},
	{
		Name:      "drop_connection",
		Stage:     spec.Accept,
		Summary:   "closes every nth connection as soon as it is accepted, and serves the others.",
		Tests:     "reconnecting after a connection that was lost at random.",
		Simulates: "a load balancer or a supervisor that loses one connection in n.",
		Client:    spec.Rejects,
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "0", Config: "DropEveryN",
				Doc: "which connections are dropped, counting all that the daemon accepted; 0 drops none"},
		},
		Judge:       "1",
		AlsoKnownAs: []string{"drop_every_n"},
		Do:          faultdaemon.EveryNthConnection("n", faultdaemon.Close),
		Examples: []spec.Example{
			{With: "1", Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.EOF, Calls: spec.NoCalls},
			{With: "3", Conns: 3, Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.EOF, Calls: spec.NoCalls},
			{With: "3", Conns: 2, Send: "ping\n", Reply: "pong\n", Got: "pong\n", Then: spec.Open},
		},
	},
	{
		Name:      "slow_accept",
		Stage:     spec.Accept,
		Summary:   "accepts the connection at once and reads its first request only after a delay.",
		Tests:     "that the deadline of a first call leaves room for a daemon that wakes up slowly.",
		Simulates: "a daemon that is started on demand, or that is swapped in.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "delay", Kind: spec.Duration, Default: "3s", Config: "SlowResponseDelay",
				Doc: "the least time between accepting and reading"},
			{Name: "jitter", Kind: spec.Duration, Default: "0s", Doc: "how much longer it may be at the most, by chance that the seed decides"},
		},
		AlsoKnownAs: []string{"delay_accept", "pause_accept"},
		Do:          faultdaemon.WaitWithJitter("delay", "jitter"),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 3 * time.Second, Then: spec.Open},
			{With: "40ms", Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 40 * time.Millisecond, Then: spec.Open,
				More: []spec.Example{{Send: "again\n", Reply: "pong\n", Got: "pong\n", Then: spec.Open}}},
		},
	},
	{
		Name:        "refuse_after_accept",
		Stage:       spec.Accept,
		Summary:     "resets the connection at the client's first byte.",
		Tests:       "that a reset during the first call is an error at once, and is not taken for an empty reply.",
		Simulates:   "a daemon that is killed between accepting and reading.",
		Client:      spec.Rejects,
		AlsoKnownAs: []string{"reset_on_accept", "reject"},
		Do:          faultdaemon.Steps(faultdaemon.AwaitByte, faultdaemon.Reset),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.Reset, Calls: spec.NoCalls},
		},
	},
	{
		Name:      "stop_reading",
		Stage:     spec.Accept,
		Summary:   "serves k requests on the connection and never reads from it again.",
		Tests:     "that a call's deadline covers its write: once the socket's buffers are full, a write blocks.",
		Simulates: "a daemon whose reading side is stuck, behind a full queue or in a deadlock.",
		Client:    spec.Survives | spec.TimesOut,
		Why: "A request that is not read has no reply, and a large one is never written. What needs no reply and fits " +
			"the buffers is sent all the same: a client that ends with a notification has noticed nothing.",
		Needs: spec.SecondExchange,
		Params: []spec.Param{
			{Name: "k", Kind: spec.Int, Default: "1", Doc: "how many requests are read and served"},
		},
		AlsoKnownAs: []string{"pause_rx"},
		Bug:         "sourcegraph/jsonrpc2#69: Close blocked behind a send to a peer that had stopped reading",
		Do:          faultdaemon.Steps(faultdaemon.Serve("k"), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "one\n", Reply: "1\n", Got: "1\n", Then: spec.Open,
				More: []spec.Example{{Send: "two\n", Reply: "2\n", Got: "", Then: spec.Open, Calls: spec.NoCalls}}},
			{With: "0", Send: "one\n", Reply: "1\n", Got: "", Then: spec.Open, Calls: spec.NoCalls},
		},
	},
}
