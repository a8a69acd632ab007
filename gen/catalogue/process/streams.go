package process

import (
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/stdio"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of the three streams: what does not belong on them, and what closes.
var _ = spec.Faults{
	{
		Name:      "dirty_stdout",
		Stage:     spec.Respond,
		Summary:   "writes what is no message to stdout before the reply.",
		Tests:     "what the client does with output that was never meant for it.",
		Simulates: "a print that was left in, a banner, a progress bar of a package manager.",
		Client:    spec.Survives | spec.Rejects | spec.TimesOut,
		Why:       "A client may skip what is no message or reject it; what takes the reply with it, as a line without its newline does, leaves only silence to one that skips.",
		Params: []spec.Param{
			{Name: "kind", Kind: spec.Choice, Default: "log", Choices: []string{"log", "banner", "colour", "bom", "progress", "partial"}, Doc: "what is written"},
		},
		AlsoKnownAs: []string{"garble_before"},
		Do:          faultdaemon.Steps(stdio.Spawned, faultdaemon.IfReply, faultdaemon.Send(stdio.Dirt("kind")), faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "2026-01-01 00:00:00 INFO server started\npong\n"},
			{With: "banner", Send: "ping\n", Reply: "pong\n", Got: "*** example-server 1.2.3 ***\nListening on stdio\n\npong\n"},
			{With: "colour", Send: "ping\n", Reply: "pong\n", Got: "\x1b[32minfo\x1b[0m: ready\npong\n"},
			{With: "bom", Send: "ping\n", Reply: "pong\n", Got: "\xef\xbb\xbfpong\n"},
			{With: "progress", Send: "ping\n", Reply: "pong\n", Got: "\rloading  50%\rloading 100%\npong\n"},
			{With: "partial", Send: "ping\n", Reply: "pong\n", Got: "Loading... pong\n"},
		},
	},
	{
		Name:      "crlf_stdout",
		Stage:     spec.Respond,
		Summary:   "writes every newline of the reply as CR LF.",
		Tests:     "the ends of lines.",
		Simulates: "a stdout in text mode on Windows.",
		Client:    spec.Survives | spec.Rejects | spec.TimesOut,
		Why:       "White space between messages is harmless where a line is JSON; behind a header (Content-Length: 5 CR CR LF) the message has no end that a client could find.",
		Do:        faultdaemon.Steps(stdio.Spawned, faultdaemon.Send(stdio.CRLF)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\r\n"},
		},
	},
	{
		Name:      "stderr_flood",
		Stage:     spec.Respond,
		Summary:   "writes 256 KiB of log lines to stderr before it replies, and blocks when nobody drains them.",
		Tests:     "whether the client drains stderr while it waits.",
		Simulates: "a server with debug logging.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "size", Kind: spec.Int, Default: "262144", Doc: "how many bytes; a pipe holds 65536 on Linux"},
		},
		Bug: "modelcontextprotocol/typescript-sdk#2776: a stderr that nobody read filled its pipe, and the session stood still",
		Do:  faultdaemon.Steps(faultdaemon.IfReply, stdio.StderrLines("size"), faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Stderr: strings.Repeat("2026-01-01T00:00:00Z DEBUG server: nothing new, and a lot of it\n", 4096)},
			{With: "10", Send: "ping\n", Reply: "pong\n", Got: "pong\n", Stderr: "2026-01-01"},
		},
	},
	{
		Name:      "stderr_binary",
		Stage:     spec.Respond,
		Summary:   "writes all 256 byte values to stderr, which are no text in any encoding, before it replies.",
		Tests:     "whether what reads stderr takes it for text.",
		Simulates: "a core dump, a message in another encoding.",
		Client:    spec.Survives,
		Do:        faultdaemon.Steps(faultdaemon.IfReply, stdio.StderrBinary, faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Hex: true, Send: "70 69 6e 67 0a", Reply: "70 6f 6e 67 0a", Got: "70 6f 6e 67 0a", Stderr: "" +
				"00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f " +
				"10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f " +
				"20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f " +
				"30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f " +
				"40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f " +
				"50 51 52 53 54 55 56 57 58 59 5a 5b 5c 5d 5e 5f " +
				"60 61 62 63 64 65 66 67 68 69 6a 6b 6c 6d 6e 6f " +
				"70 71 72 73 74 75 76 77 78 79 7a 7b 7c 7d 7e 7f " +
				"80 81 82 83 84 85 86 87 88 89 8a 8b 8c 8d 8e 8f " +
				"90 91 92 93 94 95 96 97 98 99 9a 9b 9c 9d 9e 9f " +
				"a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af " +
				"b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb bc bd be bf " +
				"c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 ca cb cc cd ce cf " +
				"d0 d1 d2 d3 d4 d5 d6 d7 d8 d9 da db dc dd de df " +
				"e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 ea eb ec ed ee ef " +
				"f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 fa fb fc fd fe ff "},
		},
	},
	{
		Name:      "stderr_endless_line",
		Stage:     spec.Respond,
		Summary:   "writes 1 MiB without a newline to stderr before it replies.",
		Tests:     "whether what reads stderr by lines goes on when one does not end.",
		Simulates: "a progress bar, a request that is logged whole.",
		Client:    spec.Survives,
		Params: []spec.Param{
			{Name: "size", Kind: spec.Int, Default: "1048576", Doc: "how many bytes"},
		},
		Do: faultdaemon.Steps(faultdaemon.IfReply, stdio.StderrWithoutNewline("size"), faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Stderr: strings.Repeat(".", 1048576)},
		},
	},
	{
		Name:      "closes_stderr",
		Stage:     spec.Process,
		Summary:   "closes its stderr at the start and serves.",
		Tests:     "whether the client takes the end of stderr for the server's.",
		Simulates: "a server that detaches from its terminal.",
		Client:    spec.Survives,
		Do:        stdio.CloseStderr,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Closes: "stderr"},
		},
	},
	{
		Name:      "closes_stdin",
		Stage:     spec.Respond,
		Summary:   "closes its stdin, then replies and lives on; the client's next write fails with EPIPE.",
		Tests:     "an error of a write: it is returned, and SIGPIPE ends nobody.",
		Simulates: "a server whose reader has ended by an error, while the rest goes on.",
		Client:    spec.Rejects,
		Needs:     spec.SecondExchange,
		Bug:       "bensons/mcp-exec#23: an EPIPE of a process that had closed its stdin brought the client down",
		Do:        faultdaemon.Steps(faultdaemon.IfReply, stdio.CloseStdin, faultdaemon.Send(faultdaemon.Response), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", More: []spec.Example{
				{Send: "ping\n", Reply: "pong\n", Calls: spec.NoCalls, Fails: "write: EPIPE"},
			}},
		},
	},
	{
		Name:      "closes_stdout",
		Stage:     spec.Respond,
		Summary:   "closes its stdout after it has read the request, and lives on.",
		Tests:     "whether the end of stdout ends a call, though the process is there.",
		Simulates: "a server whose writer has ended by an error.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Steps(stdio.Spawned, faultdaemon.IfReply, faultdaemon.CloseWrite, faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Then: spec.EOF},
		},
	},
	{
		Name:      "stdin_not_read",
		Stage:     spec.Process,
		Summary:   "never reads its stdin: the client's write blocks when the pipe is full, at 64 KiB on Linux, and the process does not see the end of stdin.",
		Tests:     "the timeout of a write.",
		Simulates: "a server that is busy, or blocked by its own output.",
		Client:    spec.TimesOut,
		Do:        faultdaemon.Steps(stdio.Spawned, faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: strings.Repeat("x", 65537), Reply: "pong\n", Calls: spec.NoCalls, Fails: "write: blocks", Outlives: "EOF"},
		},
	},
}
