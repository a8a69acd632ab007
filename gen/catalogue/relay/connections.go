package relay

import (
	"time"

	"github.com/faultdaemon/toolkit/gen/spec"
	"github.com/faultdaemon/toolkit/relay"
)

// Faults of replies and of connections.
var _ = spec.Faults{
	{
		Name:      "swap_replies",
		Stage:     spec.Respond,
		Summary:   "writes the reply to the next request before the reply to this one.",
		Tests:     "whether a client ties replies to requests by their id.",
		Simulates: "a proxy with more than one worker.",
		Client:    spec.Survives | spec.Differs | spec.Rejects,
		Why:       "a client whose protocol has ids has its answers; without ids it has each the other's, and cannot know.",
		Needs:     spec.Pipelining,
		Params: []spec.Param{
			{Name: "within", Kind: spec.Duration, Default: "100ms", Doc: "how long it waits for the next request"},
		},
		Do: relay.SwapReplies("within"),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Passed: "ping\n", After: 100 * time.Millisecond},
			{Send: "one\ntwo\n", Reply: "1\n", Got: "1\n1\n", Passed: "one\ntwo\n", Calls: 2},
		},
	},
	{
		Name:      "upstream_gone",
		Stage:     spec.Respond,
		Summary:   "ends the connection to the daemon after k exchanges, and with it the client's.",
		Tests:     "a daemon that is gone from one request to the next.",
		Simulates: "a daemon that restarts behind a proxy.",
		Client:    spec.Rejects,
		Params: []spec.Param{
			{Name: "k", Kind: spec.Int, Default: "0", Doc: "how many exchanges of each connection come before"},
		},
		Do: relay.After("k", relay.CloseUpstream),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Then: spec.EOF},
			{With: "1", Send: "one\n", Reply: "1\n", Got: "1\n", Passed: "one\n", More: []spec.Example{
				{Send: "two\n", Reply: "2\n", Then: spec.EOF},
			}},
		},
	},
	{
		Name:      "bandwidth",
		Stage:     spec.Accept,
		Summary:   "lets so many bytes a second pass, in each direction.",
		Tests:     "deadlines for large messages, and what is done about a reply that comes in pieces.",
		Simulates: "a slow link.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "rate", Kind: spec.Int, Default: "65536", Min: 1, Doc: "bytes a second"},
		},
		AlsoKnownAs: []string{"rate_limit", "throttle"},
		Do:          relay.Limit("rate"),
		Examples: []spec.Example{
			{With: "1", Send: "ping\n", Reply: "pong\n", Got: "pong\n", Passed: "ping\n", After: 10 * time.Second},
			{With: "100", Send: "ping\n", Reply: "pong\n", Got: "pong\n", Passed: "ping\n", After: 100 * time.Millisecond},
		},
	},
	{
		Name:      "latency",
		Stage:     spec.Accept,
		Summary:   "delays all bytes, in each direction.",
		Tests:     "that deadlines allow for the way there and back, and how many round trips a call takes.",
		Simulates: "a daemon on another machine.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "d", Kind: spec.Duration, Default: "100ms", Doc: "the delay of each direction"},
			{Name: "jitter", Kind: spec.Duration, Default: "0s", Doc: "how much longer it may be at the most, by chance that the seed decides"},
		},
		Do: relay.Delay("d", "jitter"),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Passed: "ping\n", After: 200 * time.Millisecond, More: []spec.Example{
				{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Passed: "ping\n", After: 200 * time.Millisecond},
			}},
			{With: "1s", Send: "one\ntwo\n", Reply: "1\n", Got: "1\n1\n", Passed: "one\ntwo\n", Calls: 2, After: 2 * time.Second},
		},
	},
}
