package catalogue

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of time: the reply comes late, or nothing comes at all.
var _ = spec.Faults{
	{
		Name:        "hang_before_response",
		Stage:       spec.Respond,
		Summary:     "reads the request and never replies; the handler does not run.",
		Tests:       "the deadline of a call.",
		Simulates:   "a daemon that waits for something that never comes.",
		Client:      spec.TimesOut,
		AlsoKnownAs: []string{"hang", "no_reply", "timeout", "accept_then_silence"},
		Bug:         "modelcontextprotocol/python-sdk#332: a pending request waited for ever for a server that had died",
		Do:          faultdaemon.Hang,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.Open},
		},
	},
	{
		Name:      "slow_response",
		Stage:     spec.Respond,
		Summary:   "writes the response after a delay.",
		Tests:     "that a deadline is longer than a daemon under load takes.",
		Simulates: "a busy daemon, a cold cache, a lock that somebody else holds for a moment.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "delay", Kind: spec.Duration, Default: "200ms", Config: "SlowResponseDelay",
				Doc: "the least time between the request and the response"},
			{Name: "jitter", Kind: spec.Duration, Default: "0s", Doc: "how much longer it may be at the most, by chance that the seed decides"},
		},
		AlsoKnownAs: []string{"latency", "delay", "fixed_delay", "slow"},
		Do:          faultdaemon.Steps(faultdaemon.IfReply, faultdaemon.WaitWithJitter("delay", "jitter"), faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 200 * time.Millisecond, Then: spec.Open},
			{With: "30ms", Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 30 * time.Millisecond, Then: spec.Open,
				More: []spec.Example{{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 30 * time.Millisecond, Then: spec.Open}}},
		},
	},
	{
		Name:      "very_slow_response",
		Stage:     spec.Respond,
		Summary:   "writes the response after 15 seconds, or another delay that is longer than most deadlines.",
		Tests:     "a reply that comes when the client has given up, or just before.",
		Simulates: "a daemon that rebuilds its index before it answers.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "delay", Kind: spec.Duration, Default: "15s", Doc: "the least time between the request and the response"},
			{Name: "jitter", Kind: spec.Duration, Default: "0s", Doc: "how much longer it may be at the most, by chance that the seed decides"},
		},
		Do: faultdaemon.Steps(faultdaemon.IfReply, faultdaemon.WaitWithJitter("delay", "jitter"), faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 15 * time.Second, Then: spec.Open},
		},
	},
	{
		Name:  "ack_late",
		Stage: spec.Respond,
		Summary: "lets the handler carry the request out at once, and writes the response only after a delay that is " +
			"longer than most deadlines.",
		Tests: "that a client which gives up and sends the request again knows that the first was carried out, and does " +
			"not take its late response for that of the second.",
		Simulates: "a daemon that has done the work and is held up before it replies: by a full queue, a slow disk, a pause.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "delay", Kind: spec.Duration, Default: "15s", Doc: "the time between the work, which is done at once, and the response"},
		},
		Do: faultdaemon.Steps(faultdaemon.IfReply, faultdaemon.Wait("delay"), faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 15 * time.Second, Then: spec.Open},
			{With: "30ms", Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 30 * time.Millisecond, Then: spec.Open,
				More: []spec.Example{{Send: "again\n", Reply: "pong\n", Got: "pong\n", After: 30 * time.Millisecond, Then: spec.Open}}},
			{Send: "note\n", Reply: "", Got: "", Then: spec.Open},
		},
	},
	{
		Name:        "chunked_response",
		Stage:       spec.Respond,
		Summary:     "writes the response one byte at a time.",
		Tests:       "that the client puts a message together from any number of reads.",
		Simulates:   "a small socket buffer, a slow writer, a proxy that flushes early.",
		Client:      spec.Survives,
		AlsoKnownAs: []string{"byte_by_byte", "slicer", "dribble", "fragment", "slow_drip"},
		Bug:         "Khaomi/discord-rpc#163: a frame that took more than one read was a malformed packet",
		Params: []spec.Param{
			{Name: "pause", Kind: spec.Duration,
				Doc: "the time between two bytes; where it is not given, 2 ms, or less where that would take more than 50 ms in all"},
		},
		Do: faultdaemon.SendEach(faultdaemon.Response, 1, "pause"),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 8 * time.Millisecond, Then: spec.Open, Writes: 5},
			{With: "10ms", Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 40 * time.Millisecond, Then: spec.Open, Writes: 5},
			{Send: "ping\n",
				Reply: "a reply of one hundred and one bytes, newline included, so that the pauses become half a millisecond\n",
				Got:   "a reply of one hundred and one bytes, newline included, so that the pauses become half a millisecond\n",
				After: 50 * time.Millisecond, Then: spec.Open, Writes: 101},
		},
	},
	{
		Name:      "split_at",
		Stage:     spec.Respond,
		Summary:   "writes the first n bytes of the response and, after a pause, the rest.",
		Tests:     "that the client reads on when a message comes in two parts, wherever the cut is.",
		Simulates: "a message that fills the rest of a socket buffer, or lies across two packets.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "1", Doc: "how many bytes come first; it does not fire where the response has no more than that"},
			{Name: "pause", Kind: spec.Duration, Default: "10ms", Doc: "the time between the two parts"},
		},
		AlsoKnownAs: []string{"split_frame", "slice"},
		Bug:         "Yeachan-Heo/oh-my-claudecode#1026: a length that counted characters lost a message that was cut inside one",
		Do: faultdaemon.Steps(faultdaemon.Send(faultdaemon.Prefix("n")), faultdaemon.Wait("pause"),
			faultdaemon.Send(faultdaemon.Suffix("n"))),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 10 * time.Millisecond, Then: spec.Open, Writes: 2},
			{With: "4, 1s", Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: time.Second, Then: spec.Open, Writes: 2},
			{With: "5", Send: "ping\n", Reply: "pong\n", Got: "pong\n", Then: spec.Open, Writes: 1},
		},
	},
	{
		Name:        "write_half_then_hang",
		Stage:       spec.Respond,
		Summary:     "writes the first half of the response and nothing more.",
		Tests:       "the deadline while a message is being read, and that what came of it is not taken for a reply.",
		Simulates:   "a daemon that blocks in the middle of writing.",
		Client:      spec.TimesOut,
		AlsoKnownAs: []string{"truncate_then_stall"},
		Do:          faultdaemon.Steps(faultdaemon.Send(faultdaemon.FirstHalf), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "po", Then: spec.Open},
		},
	},
	{
		Name:    "deadlock",
		Stage:   spec.Respond,
		Summary: "takes a lock that all connections share and never gives it back; the next request waits for it, and no handler runs.",
		Tests:   "the deadline of a call, and that a second call does not wait for the first.",
		Simulates: "two daemon threads that wait for each other: the process is alive, accepts and reads, " +
			"and answers nobody.",
		Client: spec.TimesOut,
		Do:     faultdaemon.Steps(faultdaemon.Lock, faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.Open},
		},
	},
}
