// Package process is the catalogue of what servers do wrong that a client spawns.
package process

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/gen/spec"
)

var _ = spec.Catalogue{Spawned: true}

// Faults of the start: there is no server, or none that serves.
var _ = spec.Faults{
	{
		Name:      "not_found",
		Stage:     spec.Listen,
		Summary:   "gives the client a command that is not there; its start fails with ENOENT.",
		Tests:     "the error of a start.",
		Simulates: "a server that is not installed, or not in PATH.",
		Client:    spec.Rejects,
		Do:        stdio.Missing,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Fails: "start: ENOENT"},
		},
	},
	{
		Name:      "not_executable",
		Stage:     spec.Listen,
		Summary:   "gives the client a command that nobody may execute; its start fails with EACCES.",
		Tests:     "the error of a start.",
		Simulates: "a server that was unpacked without its permissions.",
		Client:    spec.Rejects,
		Do:        stdio.NotExecutable,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Fails: "start: EACCES"},
		},
	},
	{
		Name:      "exit_at_start",
		Stage:     spec.Process,
		Summary:   "writes an error to stderr and exits before it reads a byte.",
		Tests:     "the end of a server before its handshake, and whether its status or its last words reach the user.",
		Simulates: "a missing module, a bad argument, a configuration that cannot be read.",
		Client:    spec.Rejects,
		Params: []spec.Param{
			{Name: "code", Kind: spec.Int, Default: "1", Max: 255, Doc: "the exit status"},
		},
		Do: faultdaemon.Steps(stdio.Stderr("error: cannot find module 'server'\n"), stdio.Exit("code")),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Then: spec.EOF, Stderr: "error: cannot find module 'server'\n", Status: "exit 1"},
			{With: "0", Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Then: spec.EOF, Stderr: "error: cannot find module 'server'\n", Status: "exit 0"},
			{With: "127", Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Then: spec.EOF, Stderr: "error: cannot find module 'server'\n", Status: "exit 127"},
		},
	},
	{
		Name:      "slow_start",
		Stage:     spec.Process,
		Summary:   "writes a banner to stderr and serves only after a while.",
		Tests:     "the patience with a server that starts.",
		Simulates: "a runtime that has to be loaded, a package that is fetched at every start.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "d", Kind: spec.Duration, Default: "200ms", Doc: "how long nothing is served"},
		},
		Do: faultdaemon.Steps(stdio.Stderr("server: starting\n"), stdio.Begin, faultdaemon.Wait("d")),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: 200 * time.Millisecond, Stderr: "server: starting\n"},
		},
	},
	{
		Name:      "never_ready",
		Stage:     spec.Process,
		Summary:   "writes a banner to stderr and never serves; the process is alive.",
		Tests:     "the timeout of the start.",
		Simulates: "a server that waits for a lock, a login, a network that is not there.",
		Client:    spec.TimesOut,
		Do:        faultdaemon.Steps(stdio.Stderr("server: starting\n"), stdio.Begin, faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Stderr: "server: starting\n"},
		},
	},
	{
		Name:      "restart_gap",
		Stage:     spec.Process,
		Summary:   "exits at its start, and so do the next n; the one after them serves.",
		Tests:     "restarts: how many, and with which pauses.",
		Simulates: "a server that crashes until what it needs is there again.",
		Client:    spec.Survives | spec.Rejects,
		Why:       "A client may restart its server or leave that to its user. More than 10 starts within 2 seconds are too many.",
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "12", Doc: "how many starts fail after the first"},
		},
		Do: stdio.FirstStarts("n", faultdaemon.Steps(stdio.Stderr("error: the port is in use\n"), stdio.ExitWith(1))),
		Examples: []spec.Example{
			{With: "1", Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Then: spec.EOF, Stderr: "error: the port is in use\n", Status: "exit 1"},
			{With: "1", Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Conns: 2, Then: spec.EOF, Stderr: "error: the port is in use\n", Status: "exit 1"},
			{With: "1", Send: "ping\n", Reply: "pong\n", Conns: 3, Got: "pong\n"},
		},
	},
}
