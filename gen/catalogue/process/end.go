package process

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of the end: the server ends in the middle of a call, or does not end.
var _ = spec.Faults{
	{
		Name:      "exit_mid_call",
		Stage:     spec.Respond,
		Summary:   "exits after it has read the request, or in the middle of the reply.",
		Tests:     "the end of a server during a call, and whether its status reaches the user.",
		Simulates: "an error that nobody caught, a process that the system ended.",
		Client:    spec.Rejects,
		Params: []spec.Param{
			{Name: "code", Kind: spec.Int, Default: "1", Max: 255, Doc: "the exit status; 137 is a shell's word for SIGKILL"},
			{Name: "where", Kind: spec.Choice, Default: "request", Choices: []string{"request", "reply"}, Doc: "after the request, or after half of the reply"},
		},
		Bug: "modelcontextprotocol/python-sdk#332: a pending request waited for ever for a server that had died",
		Do:  faultdaemon.Steps(stdio.Spawned, faultdaemon.IfReply, faultdaemon.If("where", "reply", faultdaemon.Send(faultdaemon.FirstHalf)), stdio.Exit("code")),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Then: spec.EOF, Status: "exit 1"},
			{With: "0, reply", Send: "ping\n", Reply: "pong\n", Got: "po", Then: spec.EOF, Status: "exit 0"},
			{With: "1, reply", Send: "ping\n", Reply: "pong\n", Got: "po", Then: spec.EOF, Status: "exit 1"},
			{With: "137, request", Send: "ping\n", Reply: "pong\n", Then: spec.EOF, Status: "exit 137"},
		},
	},
	{
		Name:      "killed_mid_call",
		Stage:     spec.Respond,
		Summary:   "dies by a signal after it has read the request, or in the middle of the reply.",
		Tests:     "the death of a server during a call.",
		Simulates: "the system's killer of processes when memory is short, a crash in native code.",
		Client:    spec.Rejects,
		Params: []spec.Param{
			{Name: "signal", Kind: spec.Choice, Default: "KILL", Choices: []string{"KILL", "SEGV", "ABRT", "TERM"}, Doc: "the signal"},
			{Name: "where", Kind: spec.Choice, Default: "reply", Choices: []string{"request", "reply"}, Doc: "after the request, or after half of the reply"},
		},
		Do: faultdaemon.Steps(stdio.Spawned, faultdaemon.IfReply, faultdaemon.If("where", "reply", faultdaemon.Send(faultdaemon.FirstHalf)), stdio.Kill("signal")),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "po", Then: spec.EOF, Status: "signal KILL"},
			{With: "KILL, request", Send: "ping\n", Reply: "pong\n", Then: spec.EOF, Status: "signal KILL"},
			{With: "ABRT, reply", Send: "ping\n", Reply: "pong\n", Got: "po", Then: spec.EOF, Status: "signal ABRT"},
			{With: "TERM, request", Send: "ping\n", Reply: "pong\n", Then: spec.EOF, Status: "signal TERM"},
			{With: "SEGV, request", Send: "ping\n", Reply: "pong\n", Then: spec.EOF, Status: "signal SEGV"},
		},
	},
	{
		Name:      "ignores_eof",
		Stage:     spec.Process,
		Summary:   "serves, and lives on when the client has closed its stdin or is gone.",
		Tests:     "whether the client ends a server that does not end by itself.",
		Simulates: "a server with a thread that nobody stops.",
		Client:    spec.Survives,
		Do:        stdio.IgnoreEOF,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Outlives: "EOF"},
		},
	},
	{
		Name:      "ignores_sigterm",
		Stage:     spec.Process,
		Summary:   "serves, and lives on when its stdin is closed and under SIGTERM; only SIGKILL ends it.",
		Tests:     "whether the client's end of its server comes to an end.",
		Simulates: "a server that hangs in its own clean-up.",
		Client:    spec.Survives,
		Do:        stdio.IgnoreSIGTERM,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Outlives: "SIGTERM"},
		},
	},
	{
		Name:      "child_holds_pipes",
		Stage:     spec.Respond,
		Summary:   "exits after it has read the request, while a process that it has started holds stdout and stderr open.",
		Tests:     "whether the client sees the end of its server without the end of stdout.",
		Simulates: "a wrapper script, npx, a server with helpers of its own.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Steps(faultdaemon.IfReply, stdio.HoldOutput, stdio.ExitWith(1)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Status: "exit 1"},
		},
	},
}
