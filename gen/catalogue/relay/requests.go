package relay

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
	"github.com/faultdaemon/toolkit/relay"
)

// itsOwn is why a client may see anything of a request that was damaged.
const itsOwn = "what the daemon makes of the damaged request is its own affair: an error, another answer, silence or its end. " +
	"The client's part is to end with that."

// Faults of requests: what the real daemon meets.
var _ = spec.Faults{
	{
		Name:      "delay_request",
		Stage:     spec.Respond,
		Summary:   "passes the request on after a delay.",
		Tests:     "that a deadline covers the way to the daemon, and that a daemon is not asked again meanwhile.",
		Simulates: "a slow link, a queue in front of the daemon.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "d", Kind: spec.Duration, Default: "200ms", Doc: "how long the request waits"},
		},
		Do: faultdaemon.Steps(faultdaemon.Wait("d"), relay.Forward(relay.Request)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Passed: "ping\n", After: 200 * time.Millisecond},
			{With: "1s", Send: "ping\n", Reply: "pong\n", Got: "pong\n", Passed: "ping\n", After: time.Second},
		},
	},
	{
		Name:      "drop_request",
		Stage:     spec.Respond,
		Summary:   "does not pass the request on: the daemon never sees it.",
		Tests:     "a deadline for a request that was lost on its way.",
		Simulates: "a proxy that lost its queue.",
		Client:    spec.TimesOut,
		Do:        relay.Drop,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n"},
		},
	},
	{
		Name:      "drop_then_close",
		Stage:     spec.Respond,
		Summary:   "does not pass the request on, and ends both connections after a while.",
		Tests:     "that the end of a connection ends a call that waits.",
		Simulates: "a proxy that gives up a request that it could not deliver.",
		Client:    spec.Rejects | spec.TimesOut,
		Why:       "the end of the connection says that no reply will come; a client that gives up before it times out.",
		Params: []spec.Param{
			{Name: "d", Kind: spec.Duration, Default: "1s", Doc: "how long nothing is written"},
		},
		AlsoKnownAs: []string{"timeout"},
		Do:          faultdaemon.Steps(faultdaemon.Wait("d"), faultdaemon.Close),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", After: time.Second, Then: spec.EOF},
			{With: "10ms", Send: "ping\n", Reply: "pong\n", After: 10 * time.Millisecond, Then: spec.EOF},
		},
	},
	{
		Name:      "duplicate_request",
		Stage:     spec.Respond,
		Summary:   "passes the request on twice: the daemon sees it twice, and replies twice.",
		Tests:     "that the daemon bears a request twice, and that the client does not take the second reply for the answer to its next request.",
		Simulates: "a proxy that tries again a request that had arrived.",
		Client:    spec.Survives | spec.Rejects,
		Why:       "the first reply is the answer; the second belongs to no request. To pass it over and to give the connection up are both right.",
		Do:        faultdaemon.Steps(relay.Forward(relay.Request), relay.Forward(relay.Request)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\npong\n", Passed: "ping\nping\n"},
		},
	},
	{
		Name:      "reorder_requests",
		Stage:     spec.Respond,
		Summary:   "passes the next request on before this one.",
		Tests:     "whether a client ties replies to requests by their id.",
		Simulates: "a proxy with more than one worker.",
		Client:    spec.Survives | spec.Differs | spec.Rejects,
		Why:       "a client whose protocol has ids has its answers; without ids it has each the other's, and cannot know.",
		Needs:     spec.Pipelining,
		Params: []spec.Param{
			{Name: "within", Kind: spec.Duration, Default: "100ms", Doc: "how long it waits for the next request"},
		},
		Do: relay.ForwardReordered("within"),
		Examples: []spec.Example{
			{Send: "one\ntwo\n", Reply: "1\n", Got: "1\n1\n", Passed: "two\none\n", Calls: 2},
			{Send: "one\n", Reply: "1\n", Got: "1\n", Passed: "one\n", After: 100 * time.Millisecond},
		},
	},
	{
		Name:      "corrupt_request",
		Stage:     spec.Respond,
		Summary:   "passes the request on with one bit changed, in the byte at half its length.",
		Tests:     "whether the daemon lives on, and the client has its error.",
		Simulates: "broken memory, a proxy with a bug.",
		Client:    spec.Survives | spec.Rejects | spec.TimesOut | spec.Differs,
		Why:       itsOwn,
		Do:        relay.Forward(relay.Flipped),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Passed: "piog\n"},
		},
	},
	{
		Name:      "truncate_request",
		Stage:     spec.Respond,
		Summary:   "passes the first half of the request on, and then an end of the stream.",
		Tests:     "what the client sees of a daemon that has read half a request.",
		Simulates: "a proxy that dies in the middle of a write.",
		Client:    spec.Rejects | spec.TimesOut,
		Why:       "a daemon may close the connection, as most do, or wait with it.",
		Do:        faultdaemon.Steps(relay.Forward(relay.FirstHalf), relay.ShutUpstream),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Passed: "pi", Then: spec.EOF},
			{Send: "?\n", Reply: "!\n", Passed: "?", Then: spec.EOF},
		},
	},
}
