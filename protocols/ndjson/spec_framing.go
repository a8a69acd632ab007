package ndjson

import (
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

var _ = spec.Catalogue{Prefix: "ndjson", Protocol: Lines}

// Faults of how JSON is put on lines.
var _ = spec.Faults{
	{
		Name:    "blank_lines",
		Stage:   spec.Respond,
		Summary: "writes n blank lines before the response and n behind it.",
		Tests:   "that a blank line is no message: neither this call's reply nor the next one's.",
		Client:  spec.Survives,
		Why: "A blank line holds no JSON text, and the NDJSON specification (section 3.2) lets a parser ignore it: the reply is " +
			"there, whole and valid. Go's json.Decoder reads over such lines; json.Unmarshal of one is an error, " +
			"\"unexpected end of JSON input\".",
		Simulates: "a daemon that prints with a newline what has one already, a keep-alive.",
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "1", Min: 1, Doc: "how many blank lines, before and behind"},
		},
		Do: faultdaemon.Send(jsonLine(blankLines("n"))),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "\n{\"id\":1,\"ok\":true}\n\n", Then: spec.Open},
			{With: "3", Send: "{}\n", Reply: "{\"n\":1}\n{\"n\":2}\n", Got: "{\"n\":1}\n\n\n\n{\"n\":2}\n\n\n\n", Then: spec.Open},
		},
	},
	{
		Name:    "crlf",
		Stage:   spec.Respond,
		Summary: "ends the response with 0x0D 0x0A.",
		Tests:   "that white space around a JSON text means nothing.",
		Client:  spec.Survives,
		Why: "0x0D is white space to JSON (RFC 8259, section 2), and the NDJSON specification has it accepted before the newline. " +
			"Go's json.Decoder and json.Unmarshal pass it over.",
		Simulates:   "QEMU's monitor, which ends its lines so; a daemon on Windows.",
		AlsoKnownAs: []string{"crlf_delimiter"},
		Do:          faultdaemon.Send(jsonLine(crlf)),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true}\r\n", Then: spec.Open},
		},
	},
	{
		Name:    "garbage_prefix",
		Stage:   spec.Respond,
		Summary: "writes a line of a log before the response.",
		Tests:   "that what is no JSON is an error or passed over, and never waited behind.",
		Client:  spec.Survives | spec.Rejects,
		Why: "The line is whole and no JSON: a client may pass it over and find its reply, or give up. Go's " +
			"json.Decoder fails at its first byte and stays failed.",
		Simulates: "a print that was left in, a library that logs to the stream of the protocol.",
		Bug:       "neovim/neovim#29109: a line of a log on the stream of the protocol killed the client",
		Do:        faultdaemon.Send(jsonLine(logLine)),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "INFO: listening on the socket\n{\"id\":1,\"ok\":true}\n", Then: spec.Open},
		},
	},
	{
		Name:    "glued",
		Stage:   spec.Respond,
		Summary: "writes the response twice on one line.",
		Tests:   "that a line with two values is an error, or both are read, and the second is nobody's reply.",
		Client:  spec.Survives | spec.Rejects,
		Why: "NDJSON has one value a line. Go's json.Unmarshal refuses the line; its json.Decoder returns one " +
			"value and then the other, which must not become the answer to the next request.",
		Simulates:   "two threads of a daemon that write without a lock, so that a newline comes too late.",
		AlsoKnownAs: []string{"glued_messages"},
		Do:          faultdaemon.Send(jsonLine(glued)),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true}{\"id\":1,\"ok\":true}\n", Then: spec.Open},
		},
	},
	{
		Name:    "oversized_line",
		Stage:   spec.Respond,
		Summary: "writes the response in a line of size bytes that says the same.",
		Tests:   "that a line is read although it is longer than the buffer that a library reads lines with.",
		Client:  spec.Survives,
		Why: "The reply is valid and 64 KiB are no size that a client means to refuse: it is the limit that Go's bufio.Scanner " +
			"has, which stops with \"token too long\", and asyncio's readline in Python. A limit that a client has chosen is " +
			"tested by response_too_large.",
		Simulates: "a list that has grown.",
		Params: []spec.Param{
			{Name: "size", Kind: spec.Int, Default: "65537", Min: 2, Doc: "the least size of the line in bytes, its end included: 64 KiB and 1"},
		},
		Bug: "mark3labs/mcp-go#155: a line beyond bufio.Scanner's limit was a token too long",
		Do:  faultdaemon.Send(faultdaemon.TooLarge("size")),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{" + strings.Repeat(" ", 65537-19) + "\"id\":1,\"ok\":true}\n", Then: spec.Open},
			{With: "24", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{     \"id\":1,\"ok\":true}\n", Then: spec.Open},
		},
	},
	{
		Name:    "endless_line",
		Stage:   spec.Respond,
		Summary: "writes the response with a string in it that does not end, and after size bytes nothing more.",
		Tests:   "that memory for a line is bounded, and the deadline of a client that waits for its end.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "A client with a limit that was exceeded has to say so; below it there is only silence. To Go's " +
			"json.Decoder and bufio.Reader.ReadString the only limit is memory.",
		Simulates: "a daemon that writes what it reads from a pipe that does not end.",
		Params: []spec.Param{
			{Name: "size", Kind: spec.Int, Default: "2097152", Doc: "how many bytes are written, or all of the response where it has more"},
		},
		Unbounded: true,
		Do:        faultdaemon.Steps(endless("size"), faultdaemon.Hang),
		Examples: []spec.Example{
			{With: "40", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true,\"text\":\"xxxxxxxxxxxxxx", Then: spec.Open},
			{With: "0", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true,\"text\":\"", Then: spec.Open},
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true,\"text\":\"" + strings.Repeat("x", 2097152-26), Then: spec.Open},
		},
	},
	{
		Name:    "bom",
		Stage:   spec.Respond,
		Summary: "writes the byte order mark of UTF-8, EF BB BF, before the response.",
		Tests:   "that three bytes that cannot be seen are passed over or an error.",
		Client:  spec.Survives | spec.Rejects,
		Why: "RFC 8259, section 8.1: who sends JSON must not add it, who reads may ignore it or refuse it. Go's " +
			"decoders refuse it: \"invalid character 'ï' looking for beginning of value\".",
		Simulates:   "a daemon on Windows that writes through a UTF-8 text stream.",
		AlsoKnownAs: []string{"utf8_bom"},
		Do:          faultdaemon.Send(jsonLine(bom)),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "\xef\xbb\xbf{\"id\":1,\"ok\":true}\n", Then: spec.Open},
		},
	},
	{
		Name:    "wrong_delimiter",
		Stage:   spec.Respond,
		Summary: "ends the response with NUL instead of a newline.",
		Tests:   "the deadline of a client that waits for the end of a line.",
		Client:  spec.Survives | spec.Rejects | spec.TimesOut,
		Why: "A client that decodes a JSON value knows where an object ends; for one that reads lines this one does " +
			"not, until another message ends the line, which then is no JSON. Go's json.Decoder returns the value, and an " +
			"error for the NUL at the next call.",
		Simulates: "a daemon that speaks varlink, which ends its messages so.",
		Do:        faultdaemon.Send(jsonLine(otherDelimiter)),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true}\x00", Then: spec.Open},
		},
	},
}
