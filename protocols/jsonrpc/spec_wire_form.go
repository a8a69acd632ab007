package jsonrpc

import (
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of how a header is written, and of what comes behind it.
var _ = spec.Faults{
	{
		Name:      "header_case",
		Stage:     spec.Respond,
		Summary:   "writes the response behind a header in lower case, content-length.",
		Tests:     "that names of header fields are compared without their case.",
		Client:    spec.Survives,
		Simulates: "a daemon whose library writes headers as HTTP/2 does.",
		Protocol:  Headers,
		Do:        faultdaemon.Send(WithHeader(headed("content-length: %d\r\n\r\n"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "content-length: 38\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
		},
	},
	{
		Name:    "header_lf_only",
		Stage:   spec.Respond,
		Summary: "writes the response behind a header whose lines end with a newline alone.",
		Tests:   "what the client makes of lines that do not end as they should.",
		Client:  spec.Survives | spec.Rejects | spec.TimesOut,
		Why: "A reader may take a newline alone for the end of a line, and then has its answer, or say that it is " +
			"none. One that looks for the four bytes of the blank line finds only silence.",
		Simulates: "a daemon that prints its headers, or one whose output goes through a terminal.",
		Protocol:  Headers,
		Do:        faultdaemon.Send(WithHeader(headed("Content-Length: %d\n\n"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 38\n\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`, Then: spec.Open},
		},
	},
	{
		Name:    "header_no_colon",
		Stage:   spec.Respond,
		Summary: "writes the response behind a header with a line that is no field, \"Server listening\".",
		Tests:   "that a line without a colon is an error or passed over, and none that brings the client down.",
		Client:  spec.Survives | spec.Rejects,
		Why: "The line is no field, and a client may say so. One that looks for the fields that it knows has the right " +
			"length, and its answer; no specification has it refuse the rest.",
		Simulates: "a log line that got between the lines of a header.",
		Bug:       "neovim/neovim#29109: a log line before the header ended the client",
		Protocol:  Headers,
		Do:        faultdaemon.Send(WithHeader(headed("Content-Length: %d\r\nServer listening\r\n\r\n"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got:  "Content-Length: 38\r\nServer listening\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`,
				Then: spec.Open},
		},
	},
	{
		Name:    "header_endless",
		Stage:   spec.Respond,
		Summary: "writes a header of size bytes that has no blank line yet, and then nothing more.",
		Tests:   "that a header has a limit, in bytes and in time.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "A client with a limit knows when it is exceeded. One whose limit is larger waits for the end of the " +
			"header, until its deadline.",
		Params: []spec.Param{
			{Name: "size", Kind: spec.Int, Default: "1048576", Min: 1,
				Doc: "how many bytes of fields come behind Content-Length, in lines of 64"},
		},
		Simulates: "another program on the socket that writes lines.",
		Protocol:  Headers,
		Unbounded: true,
		Do: faultdaemon.Steps(faultdaemon.Send(WithHeader(headerOnly("Content-Length: %d\r\n"))), filler("size"),
			faultdaemon.Hang),
		Examples: []spec.Example{
			{With: "100", Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 38\r\n" +
					"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" +
					"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
				Then: spec.Open},
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 38\r\n" +
					strings.Repeat("X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 16384),
				Then: spec.Open},
		},
	},
	{
		Name:    "header_wrong_charset",
		Stage:   spec.Respond,
		Summary: "writes the response behind a header that says its charset is utf-16, which it is not.",
		Tests:   "that a charset other than UTF-8 is an error, as the Language Server Protocol asks for.",
		Client:  spec.Rejects,
		Why: "The protocol says that an encoding other than utf-8 should be answered with an error. To read the body as UTF-8 " +
			"all the same is to be lenient.",
		Simulates: "a daemon that is set to the encoding of its platform.",
		Protocol:  Headers,
		Do: faultdaemon.Send(WithHeader(headed(
			"Content-Length: %d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-16\r\n\r\n"))),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 38\r\nContent-Type: application/vscode-jsonrpc; charset=utf-16\r\n\r\n" +
					`{"jsonrpc":"2.0","result":"ok","id":1}`,
				Then: spec.Open},
		},
	},
	{
		Name:      "payload_looks_like_header",
		Stage:     spec.Respond,
		Summary:   "writes the response with a member that says \"Content-Length: 5\" and a blank line behind it, all of it valid JSON.",
		Tests:     "that a body is taken by its length, and never searched for a header.",
		Client:    spec.Survives,
		Simulates: "a file that is about the protocol, in a daemon that sends files.",
		Bug:       "neovim/neovim#17212: the word content in what came was taken for a header",
		Protocol:  Headers,
		Do:        faultdaemon.Send(WithHeader(looksLikeHeader)),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1,
				Got: "Content-Length: 69\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1,"text":"Content-Length: 5"` +
					"\r\n\r\n}",
				Then: spec.Open},
		},
	},
	{
		Name:      "stall_after_header",
		Stage:     spec.Respond,
		Summary:   "writes the header of the response and never its body.",
		Tests:     "the deadline of a call whose response has begun.",
		Client:    spec.TimesOut,
		Simulates: "a daemon that writes header and body apart, and blocks between them.",
		Bug:       "microsoft/vscode-languageserver-node#66: when the body did not come, nothing happened and nothing was said",
		Protocol:  Headers,
		Do:        faultdaemon.Steps(faultdaemon.Send(WithHeader(headerOnly("Content-Length: %d\r\n\r\n"))), faultdaemon.Hang),
		Examples: []spec.Example{
			{Send: headedStatus1, Reply: headedOK1, Got: "Content-Length: 38\r\n\r\n", Then: spec.Open},
		},
	},
}
