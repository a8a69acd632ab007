// Package listen is the catalogue of a daemon's life.
package listen

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/listen"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// notThere is why a client may take either way where it cannot connect.
const notThere = "the connect fails at once; a client may say so, or try again for a while in case that the daemon is starting."

// comesBack is why a client may take either way where it could connect later.
const comesBack = "a client may try again, with growing pauses, or say at once that there is no daemon."

// Faults of a daemon that is not there.
var _ = spec.Faults{
	{
		Name:        "socket_absent",
		Stage:       spec.Listen,
		Summary:     "leaves no socket, for d and then the daemon is there, or for ever.",
		Tests:       "the error of a connect, which names the path, and whether a client waits for a daemon that starts.",
		Simulates:   "a daemon that was never started, or starts after its client.",
		AlsoKnownAs: []string{"down"},
		Bug:         "yang1ming/android-harness#5: a client took a slow or absent socket for a dead daemon",
		Client:      spec.Survives | spec.Rejects | spec.TimesOut,
		Why:         notThere,
		Params: []spec.Param{
			{Name: "d", Kind: spec.Duration, Default: "0s", Doc: "how long there is no socket; 0 is for ever"},
		},
		Do: faultdaemon.Steps(listen.Leave(faultdaemon.FoundNothing), listen.WaitOrHang("d"), listen.Listen),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ENOENT"},
			{With: "200ms", Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ENOENT", More: []spec.Example{
				{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 200 * time.Millisecond},
			}},
		},
	},
	{
		Name:        "socket_stale",
		Stage:       spec.Listen,
		Summary:     "leaves the file of a socket that nobody listens on.",
		Tests:       "the error of a connect, and whether the client can tell a dead daemon's socket from a live one.",
		Simulates:   "a daemon that was killed.",
		AlsoKnownAs: []string{"refuse_connect", "refuse_connections"},
		Client:      spec.Rejects | spec.TimesOut,
		Why:         notThere,
		Do:          faultdaemon.Steps(listen.Leave(faultdaemon.FoundStale), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ECONNREFUSED"},
		},
	},
	{
		Name:      "socket_is_file",
		Stage:     spec.Listen,
		Summary:   "leaves a regular file where the socket was.",
		Tests:     "whether the client leaves alone what is no socket.",
		Simulates: "a path that was mistyped, or is another program's.",
		Client:    spec.Rejects | spec.TimesOut,
		Why:       notThere,
		Do:        faultdaemon.Steps(listen.Leave(faultdaemon.FoundFile), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ECONNREFUSED", Except: "TCP"},
		},
	},
	{
		Name:      "socket_is_directory",
		Stage:     spec.Listen,
		Summary:   "leaves a directory where the socket was.",
		Tests:     "whether the client leaves alone what is no socket.",
		Simulates: "a volume that was mounted in the socket's place because that was missing.",
		Client:    spec.Rejects | spec.TimesOut,
		Why:       notThere,
		Do:        faultdaemon.Steps(listen.Leave(faultdaemon.FoundDirectory), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ECONNREFUSED", Except: "TCP"},
		},
	},
	{
		Name:      "path_dangling",
		Stage:     spec.Listen,
		Summary:   "leaves a symbolic link to nothing.",
		Tests:     "the error of a connect, and whether the client leaves the link alone.",
		Simulates: "a link into a directory of a run that is over.",
		Client:    spec.Rejects | spec.TimesOut,
		Why:       notThere,
		Do:        faultdaemon.Steps(listen.Leave(faultdaemon.FoundLink), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ENOENT", Except: "TCP"},
		},
	},
	{
		Name:      "socket_forbidden",
		Stage:     spec.Listen,
		Summary:   "has a daemon that listens, on a socket that the client may not connect to; it does not fire for root, who may.",
		Tests:     "whether the client takes a daemon that it may not talk to for a dead one.",
		Simulates: "a socket of another user, or of a group that the user is not in.",
		Client:    spec.Rejects | spec.TimesOut,
		Why:       notThere,
		Do:        faultdaemon.Steps(listen.Leave(faultdaemon.FoundForbidden), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "EACCES", Except: "TCP, root"},
		},
	},
	{
		Name:        "backlog_full",
		Stage:       spec.Listen,
		Summary:     "listens and accepts nobody, with a full backlog: a connect fails with EAGAIN, or waits.",
		Tests:       "the timeout of a connect, and whether the client takes a busy daemon for a dead one.",
		Simulates:   "a daemon whose main loop is stuck.",
		AlsoKnownAs: []string{"no_accept"},
		Bug:         "HeddleCo/heddle#1527: a connect that blocks hung while the accept backlog was full",
		Client:      spec.Rejects | spec.TimesOut,
		Why:         "on a Unix socket a connect that does not wait fails at once; one that waits, and every one on TCP, has only silence.",
		Do:          faultdaemon.Steps(listen.Leave(faultdaemon.FoundFull), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "EAGAIN"},
		},
	},
	{
		Name:      "slow_boot",
		Stage:     spec.Listen,
		Summary:   "makes the socket's file after half of d and listens after d: in between, connects are refused.",
		Tests:     "whether the client takes a daemon that starts for one that has died, and removes its socket or starts a second one.",
		Bug:       "ohdearquant/khive#2518: a client took a slow or absent socket for a dead daemon",
		Simulates: "the window between bind and listen of a daemon that starts.",
		Client:    spec.Survives | spec.Rejects,
		Why:       comesBack,
		Params: []spec.Param{
			{Name: "d", Kind: spec.Duration, Default: "200ms", Doc: "how long the daemon takes to listen"},
		},
		Do: faultdaemon.Steps(listen.Leave(faultdaemon.FoundNothing), listen.Half("d"), listen.Leave(faultdaemon.FoundBooting), listen.Half("d"), listen.Listen),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ENOENT", More: []spec.Example{
				{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Connect: "ECONNREFUSED", After: 100 * time.Millisecond},
				{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 100 * time.Millisecond},
			}},
		},
	},
}
