package jsonrpc

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of the length that a header announces.
var _ = spec.Faults{
	{
		Name:      "header_missing_length",
		Stage:     spec.Respond,
		Summary:   "writes the response behind a header that has a Content-Type and no Content-Length.",
		Tests:     "that a header without a length is an error for every call, and none that brings the client down.",
		Client:    spec.Rejects,
		Simulates: "another program on the socket, or a daemon with a bug in how it writes headers.",
		Bug:       "microsoft/vscode-languageserver-node#870: a header without a length was an exception that nobody caught",
		Protocol:  Headers,
		Do:        faultdaemon.Send(WithHeader(missingLength)),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n" +
					`{"jsonrpc":"2.0","result":"ok","id":1}`,
				Then: spec.Open},
		},
	},
	{
		Name:    "header_bad_number",
		Stage:   spec.Respond,
		Summary: "writes the response behind a Content-Length that is no decimal number.",
		Tests:   "that the length is read strictly: as digits and nothing else.",
		Client:  spec.Rejects,
		Params: []spec.Param{
			{Name: "form", Kind: spec.Choice, Default: "letters",
				Choices: []string{"letters", "empty", "negative", "plus", "hex", "suffix", "fraction"},
				Doc:     "how the length is written: abc, not at all, -38, +38, 0x26, 38bytes, 38.0"},
		},
		Bug:      "microsoft/vscode-languageserver-node#870: a length that was no number was an exception that nobody caught",
		Protocol: Headers,
		Do:       faultdaemon.Send(WithHeader(badNumber("form"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: abc\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
			{With: "empty", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: \r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
			{With: "negative", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: -38\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
			{With: "plus", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: +38\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
			{With: "hex", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 0x26\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
			{With: "suffix", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 38bytes\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
			{With: "fraction", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 38.0\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
		},
	},
	{
		Name:    "header_length_zero",
		Stage:   spec.Respond,
		Summary: "writes a header that announces a body of 0 bytes, and no body.",
		Tests:   "that an empty body is no message, and no reason to spin or to lose the place in the stream.",
		Client:  spec.Rejects,
		Why: "An empty text is no JSON, as any other that cannot be parsed, and may have been the response that is waited for: " +
			"to pass it over and wait is to be late.",
		Protocol: Headers,
		Do:       faultdaemon.Send(WithHeader(headerOnly("Content-Length: 0\r\n\r\n"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1, Got: "Content-Length: 0\r\n\r\n", Then: spec.Open},
		},
	},
	{
		Name:      "header_length_short",
		Stage:     spec.Respond,
		Summary:   "announces k bytes fewer than the body has.",
		Tests:     "that a text which is cut short is an error at once, and what is left of it no header.",
		Client:    spec.Rejects,
		Simulates: "a daemon that measures a text before it changes it.",
		Params: []spec.Param{
			{Name: "k", Kind: spec.Int, Default: "1", Min: 1, Doc: "how many bytes are not announced; at most all of them"},
		},
		Bug:      "microsoft/vscode-languageserver-node#917: after a length that was too short, the next message had none",
		Protocol: Headers,
		Do:       faultdaemon.Send(WithHeader(shorter("k"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 37\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
			{With: "100", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 0\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
		},
	},
	{
		Name:    "header_length_long",
		Stage:   spec.Respond,
		Summary: "announces k bytes more than the body has.",
		Tests:   "the deadline of a call whose response never ends, and that the next message is not taken for its end.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "Until another message comes there is only silence. With it the text has the beginning of a header at " +
			"its end, which is no JSON.",
		Params: []spec.Param{
			{Name: "k", Kind: spec.Int, Default: "1", Min: 1, Doc: "how many bytes are announced that do not come"},
		},
		Protocol: Headers,
		Do:       faultdaemon.Send(WithHeader(longer("k"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 39\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
			{With: "9223372036854775807", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 9223372036854775845\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
		},
	},
	{
		Name:  "header_length_in_chars",
		Stage: spec.Respond,
		Summary: "announces the body's length in characters instead of bytes; a response of ASCII gets a member " +
			"that is not.",
		Tests:     "that the length counts bytes, on a text where that makes a difference.",
		Client:    spec.Rejects,
		Simulates: "a daemon that takes the length of a string.",
		Bug:       "Yeachan-Heo/oh-my-claudecode#1026: lengths in characters put the stream out of step at the first character of two bytes",
		Protocol:  Headers,
		Do:        faultdaemon.Send(WithHeader(lengthInCharacters)),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 58\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1,"text":"naïve café"}`, Then: spec.Open},
			{Send: headedStatus1, Reply: "Content-Length: 44\r\n\r\n" + `{"jsonrpc":"2.0","result":"größer","id":1}`,
				Got: "Content-Length: 42\r\n\r\n" + `{"jsonrpc":"2.0","result":"größer","id":1}`, Then: spec.Open},
		},
	},
	{
		Name:      "header_counts_garbage",
		Stage:     spec.Respond,
		Summary:   "writes the response with three NUL bytes behind its JSON, which its Content-Length counts.",
		Tests:     "that a body is one JSON text and nothing else.",
		Client:    spec.Rejects,
		Simulates: "a daemon that sends a whole buffer, of which it has filled a part.",
		Protocol:  Headers,
		Do:        faultdaemon.Send(WithHeader(trailing("\x00\x00\x00"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 41\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}` + "\x00\x00\x00", Then: spec.Open},
		},
	},
	{
		Name:    "header_length_huge",
		Stage:   spec.Respond,
		Summary: "writes a header that announces a huge body, and no body.",
		Tests:   "that a limit is looked at before memory is set aside, and that a number too large for an integer is an error.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "A client with a limit knows at once that it is exceeded. One without a limit waits for bytes that " +
			"never come, until its deadline. To set memory aside for them is wrong.",
		Params: []spec.Param{
			{Name: "length", Kind: spec.Digits, Default: "2147483647", Doc: "the length that is announced, in bytes"},
		},
		Judge:     "2147483647",
		Bug:       "oraios/serena#1649: memory without bound was allocated for whatever Content-Length said",
		Protocol:  Headers,
		Unbounded: true,
		Do:        faultdaemon.Send(WithHeader(announced("length"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1, Got: "Content-Length: 2147483647\r\n\r\n", Then: spec.Open},
			{With: "4611686018427387904", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 4611686018427387904\r\n\r\n", Then: spec.Open},
			{With: "100000000000000000000", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 100000000000000000000\r\n\r\n", Then: spec.Open},
		},
	},
	{
		Name:     "header_duplicate_length",
		Stage:    spec.Respond,
		Summary:  "writes the response behind a header that has its Content-Length and another, 5.",
		Tests:    "that two lengths which differ are an error, whichever of them is right.",
		Client:   spec.Rejects,
		Protocol: Headers,
		Do:       faultdaemon.Send(WithHeader(headed("Content-Length: %d\r\nContent-Length: 5\r\n\r\n"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got:  "Content-Length: 38\r\nContent-Length: 5\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`,
				Then: spec.Open},
		},
	},
}
