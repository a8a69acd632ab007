package listen

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of a daemon that goes away, comes back, or limits who is served.
var _ = spec.Faults{
	{
		Name:        "socket_gap",
		Stage:       spec.Listen,
		Summary:     "ends the daemon after its first exchange, with its connections; its file goes, or stays, and the daemon is back after d.",
		Tests:       "whether a client reconnects, with which pauses, and whether it repeats a request that may have been carried out.",
		Simulates:   "an upgrade, a crash with a supervisor.",
		AlsoKnownAs: []string{"reset_listener"},
		Bug:         "kaeawc/auto-mobile#6140: a client took a slow or absent socket for a dead daemon",
		Client:      spec.Survives | spec.Rejects,
		Why:         comesBack,
		Needs:       spec.SecondExchange,
		Params: []spec.Param{
			{Name: "d", Kind: spec.Duration, Default: "200ms", Doc: "how long the daemon is away"},
			{Name: "file", Kind: spec.Choice, Default: "gone", Choices: []string{"gone", "keep"}, Doc: "what becomes of the socket's file"},
		},
		Do: faultdaemon.Steps(listen.Listen, listen.AwaitExchange,
			faultdaemon.If("file", "gone", listen.Leave(faultdaemon.FoundNothing)),
			faultdaemon.If("file", "keep", listen.Leave(faultdaemon.FoundStale)),
			listen.Restart, faultdaemon.Wait("d"), listen.Listen),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Then: spec.EOF, More: []spec.Example{
				{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ENOENT"},
				{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 200 * time.Millisecond},
			}},
			{With: "200ms, keep", Send: "ping\n", Reply: "pong\n", Got: "pong\n", Then: spec.EOF, More: []spec.Example{
				{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ECONNREFUSED"},
				{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 200 * time.Millisecond},
			}},
		},
	},
	{
		Name:      "replaced",
		Stage:     spec.Listen,
		Summary:   "puts a new socket in the place of the old after the first exchange: connections that are open are served on, new ones meet the new.",
		Tests:     "whether a client lives with a path whose inode has changed.",
		Simulates: "an upgrade without a gap.",
		Client:    spec.Survives,
		Needs:     spec.SecondExchange,
		Do:        faultdaemon.Steps(listen.Listen, listen.AwaitExchange, listen.Renew, faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Shows: "a new socket is in the place of the old"},
		},
	},
	{
		Name:      "old_version",
		Stage:     spec.Listen,
		Summary:   "restarts the daemon after its first exchange, at once: its handler sees the restart, and may reply as another version does.",
		Tests:     "whether a client that reconnects finds out again whom it talks to.",
		Simulates: "an upgrade, or a downgrade, under a client that lives on.",
		Client:    spec.Survives | spec.Rejects | spec.Differs,
		Why:       "what the handler replies after a restart is the user's to say.",
		Needs:     spec.SecondExchange,
		Do:        faultdaemon.Steps(listen.Listen, listen.AwaitExchange, listen.Restart),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Then: spec.EOF},
		},
	},
	{
		Name:      "refuse_after",
		Stage:     spec.Listen,
		Summary:   "serves the first n connections and then listens no more: further connects are refused.",
		Tests:     "whether a client that opens connections as it needs them can do with those that it has.",
		Simulates: "a daemon that is shutting down.",
		Client:    spec.Survives | spec.Rejects | spec.TimesOut,
		Why:       notThere,
		Needs:     spec.SecondConnection,
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "1", Min: 1, Doc: "how many connections are served"},
		},
		Do: faultdaemon.Steps(listen.Listen, listen.AwaitConnections("n"), listen.Leave(faultdaemon.FoundStale), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", More: []spec.Example{
				{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ECONNREFUSED"},
			}},
		},
	},
	{
		Name:      "connection_limit",
		Stage:     spec.Accept,
		Summary:   "serves the first n connections; further ones are accepted and closed, or wait.",
		Tests:     "whether a client takes a full daemon for an answer.",
		Simulates: "a limit of connections, of a pool, of descriptors.",
		Client:    spec.Rejects | spec.TimesOut,
		Why:       "a connection that is closed is evidence; one that waits is silent.",
		Needs:     spec.SecondConnection,
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "1", Min: 1, Doc: "how many connections are served"},
			{Name: "then", Kind: spec.Choice, Default: "eof", Choices: []string{"eof", "hang"}, Doc: "what becomes of the others"},
		},
		Do: listen.Beyond("n", faultdaemon.Then("then")),
		Examples: []spec.Example{
			{Conns: 2, Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Then: spec.EOF},
			{With: "1, hang", Conns: 2, Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls},
		},
	},
	{
		Name:      "idle_close",
		Stage:     spec.Accept,
		Summary:   "closes a connection on which no request has come for d: the next request races with the close.",
		Tests:     "whether a client reconnects when its connection was closed between two calls.",
		Simulates: "an idle timeout of a daemon or of a proxy.",
		Client:    spec.Survives | spec.Rejects,
		Needs:     spec.SecondExchange,
		Why:       "what was certainly not carried out may be sent again; a client need not know.",
		Params: []spec.Param{
			{Name: "d", Kind: spec.Duration, Default: "100ms", Doc: "how long a connection may be idle"},
		},
		Do: listen.CloseIdle("d"),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 0, Then: spec.EOF},
		},
	},
	{
		Name:        "keepalive_silent",
		Stage:       spec.Respond,
		Summary:     "serves one request, then takes whatever comes and answers nothing, without an end.",
		Tests:       "whether a call on a connection that was good has a deadline.",
		Simulates:   "a peer that is gone without a FIN, as after a suspend.",
		AlsoKnownAs: []string{"blackhole_tx"},
		Client:      spec.TimesOut,
		Needs:       spec.SecondExchange,
		Do:          listen.Deaf,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", More: []spec.Example{
				{Send: "ping\n", Reply: "pong\n"},
			}},
		},
	},
}
