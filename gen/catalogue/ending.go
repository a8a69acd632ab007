package catalogue

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults that end the connection after a request was read.
var _ = spec.Faults{
	{
		Name:        "close_after_read",
		Stage:       spec.Respond,
		Summary:     "reads the request and closes the connection with a clean EOF; the handler does not run.",
		Tests:       "that every call that waits for a reply fails at once when the connection ends.",
		Simulates:   "a daemon that exits, in good order, between a request and its reply.",
		Client:      spec.Rejects,
		AlsoKnownAs: []string{"eof_mid_call", "disconnect", "empty_response"},
		Bug:         "microsoft/vscode-languageserver-node#1621: requests in flight were never rejected when the connection closed",
		Do:          faultdaemon.Close,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.EOF},
		},
	},
	{
		Name:        "reset_after_read",
		Stage:       spec.Respond,
		Summary:     "reads the request and resets the connection; the handler does not run.",
		Tests:       "that a reset is an error at once, for every call that waits for a reply.",
		Simulates:   "a daemon that is killed, or crashes, between a request and its reply.",
		Client:      spec.Rejects,
		AlsoKnownAs: []string{"reset_peer", "connection_reset_by_peer", "reset_mid_call"},
		Do:          faultdaemon.Reset,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.Reset},
		},
	},
	{
		Name:    "ack_lost",
		Stage:   spec.Respond,
		Summary: "lets the handler carry the request out, and then ends the connection without a response.",
		Tests: "that a call whose reply is lost fails at once, and that a client which then sends it again " +
			"knows that the first may have been carried out.",
		Simulates: "a daemon that exits, or is killed, between the work and its reply.",
		Client:    spec.Rejects,
		Params: []spec.Param{
			{Name: "then", Kind: spec.Choice, Default: "eof", Choices: []string{"eof", "reset"}, Doc: "how the connection ends"},
		},
		AlsoKnownAs: []string{"ack_loss", "commit_then_drop_reply"},
		Do:          faultdaemon.Steps(faultdaemon.IfReply, faultdaemon.Then("then")),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.EOF},
			{With: "reset", Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.Reset},
			{Send: "note\n", Reply: "", Got: "", Then: spec.Open},
		},
	},
	{
		Name:      "panic_in_handler",
		Stage:     spec.Respond,
		Summary:   "panics in the goroutine that serves the connection, before the handler runs; the daemon recovers and serves on.",
		Tests:     "that a request that brings its handler down is an error at once, and that the next connection works.",
		Simulates: "a bug in the daemon that one request sets off.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Panic,
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.EOF},
		},
	},
	{
		Name:        "partial_response",
		Stage:       spec.Respond,
		Summary:     "writes the first half of the response and closes the connection.",
		Tests:       "that a message cut short is an error, never a value.",
		Simulates:   "a daemon that exits in the middle of writing.",
		Client:      spec.Rejects,
		AlsoKnownAs: []string{"truncated", "truncate_then_eof", "limit_data"},
		Do:          faultdaemon.Steps(faultdaemon.Send(faultdaemon.FirstHalf), faultdaemon.Close),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "po", Then: spec.EOF},
		},
	},
	{
		Name:    "half_close",
		Stage:   spec.Respond,
		Summary: "writes the response and shuts the write side: the client reads EOF, its writes still succeed.",
		Tests:   "that the reply is delivered although the stream ends right behind it, and that the next call fails at once.",
		Client:  spec.Survives | spec.Rejects,
		Why: "The reply is whole, so the call that asked for it survives. " +
			"Another request on the same connection can have no reply any more, and the EOF says so.",
		Simulates:   "a daemon that drains: it finishes what it has and takes no more.",
		AlsoKnownAs: []string{"half_open", "close_after_reply"},
		Do:          faultdaemon.Steps(faultdaemon.Send(faultdaemon.Response), faultdaemon.CloseWrite),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", Then: spec.EOF},
		},
	},
	{
		Name:  "close_read_side",
		Stage: spec.Respond,
		Summary: "shuts the read side, writes the response and keeps the connection open: on a Unix socket and in memory " +
			"the client's next write fails with EPIPE; TCP does not tell the client, whose next request is never read.",
		Tests:  "that a write which fails is an error of its call, and brings down neither the client nor what it has read.",
		Client: spec.Survives | spec.Rejects | spec.TimesOut,
		Why: "The reply is whole, so the call that asked for it survives. The write of the next request fails at once, " +
			"which is the evidence. On TCP it succeeds, and so does one that was made before the read side was shut; one that " +
			"waits for room is not woken. Then there is only silence.",
		Needs:       spec.SecondExchange,
		Simulates:   "a daemon that has closed its standard input, or whose reading thread has died.",
		AlsoKnownAs: []string{"shut_rd", "broken_pipe"},
		Bug:         "microsoft/vscode-languageserver-node#1855: a write that failed with EPIPE brought the client's process down",
		Do: faultdaemon.Steps(faultdaemon.IfReply, faultdaemon.CloseRead,
			faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Send: "one\n", Reply: "1\n", Got: "1\n", Then: spec.Open,
				More: []spec.Example{{Send: "two\n", Reply: "2\n", Got: "", Then: spec.Open, Calls: spec.NoCalls}}},
			{Send: "note\n", Reply: "", Got: "", Then: spec.Open,
				More: []spec.Example{{Send: "one\n", Reply: "1\n", Got: "1\n", Then: spec.Open}}},
		},
	},
	{
		Name:    "cut_at",
		Stage:   spec.Respond,
		Summary: "writes the first n bytes of the response, and then ends the connection, hangs or goes on.",
		Tests:   "a message cut at one exact place: inside a header, between header and body, inside a character.",
		Client:  spec.Survives | spec.Rejects | spec.TimesOut,
		Why: "After eof and reset the evidence is on the wire. After hang, and after continue for as long as the " +
			"client makes no other call, there is only silence. Where nothing but the terminator is cut off, a client " +
			"that decodes values has its answer.",
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "1", Doc: "how many bytes of the response are written; it does not fire where the response has no more than that"},
			{Name: "then", Kind: spec.Choice, Default: "eof", Choices: []string{"eof", "hang", "reset", "continue"}, Doc: "what comes after them"},
		},
		Judge:       "1, eof",
		AlsoKnownAs: []string{"close_after", "truncate_at"},
		Do:          faultdaemon.Steps(faultdaemon.Send(faultdaemon.Prefix("n")), faultdaemon.Then("then")),
		Examples: []spec.Example{
			{With: "4", Send: "ping\n", Reply: "pong\n", Got: "pong", Then: spec.EOF},
			{With: "0, eof", Send: "ping\n", Reply: "pong\n", Got: "", Then: spec.EOF},
			{With: "3, reset", Send: "ping\n", Reply: "pong\n", Got: "pon", Then: spec.Reset},
			{With: "3, hang", Send: "ping\n", Reply: "pong\n", Got: "pon", Then: spec.Open},
			{With: "3, continue", Send: "ping\n", Reply: "pong\n", Got: "pon", Then: spec.Open,
				More: []spec.Example{{Send: "again\n", Reply: "pang\n", Got: "pan", Then: spec.Open}}},
			{With: "5", Send: "ping\n", Reply: "pong\n", Got: "pong\n", Then: spec.Open},
		},
	},
	{
		Name:    "stop_after_messages",
		Stage:   spec.Respond,
		Summary: "writes the first n messages of a response that has more, and then ends the connection, hangs or goes on.",
		Tests:   "a call that has had its progress messages and never gets its result.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "After eof and reset the evidence is on the wire. After hang and continue there is only silence: " +
			"every message that came was whole.",
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "1", Doc: "how many messages are written; it does not fire where the response has no more than that"},
			{Name: "then", Kind: spec.Choice, Default: "eof", Choices: []string{"eof", "hang", "reset", "continue"}, Doc: "what comes after them"},
		},
		AlsoKnownAs: []string{"drop_after"},
		Do:          faultdaemon.Steps(faultdaemon.Send(faultdaemon.FirstMessages("n")), faultdaemon.Then("then")),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "50%\n100%\npong\n", Got: "50%\n", Then: spec.EOF},
			{With: "2, hang", Send: "ping\n", Reply: "50%\n100%\npong\n", Got: "50%\n100%\n", Then: spec.Open},
			{With: "3", Send: "ping\n", Reply: "50%\n100%\npong\n", Got: "50%\n100%\npong\n", Then: spec.Open},
		},
	},
}
