package catalogue

import (
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of what the reply consists of.
var _ = spec.Faults{
	{
		Name:      "corrupt_response",
		Stage:     spec.Respond,
		Summary:   "writes one framed message of bytes that are no message of the protocol.",
		Tests:     "that the parser refuses what it cannot read, and that the error reaches the call.",
		Simulates: "memory corruption, a wrong version of the daemon, another program on the socket.",
		Client:    spec.Rejects,
		Why: "The bytes are neither UTF-8 nor JSON, and a message without its parts. Where any bytes are a payload, this is one: " +
			"nothing can show that it is not the answer, and the fault is one to leave out.",
		AlsoKnownAs: []string{"garbage", "malformed_response_chunk", "random"},
		Bug:         "modelcontextprotocol/python-sdk#1144: a message that could not be parsed left the call hanging",
		Do:          faultdaemon.Send(faultdaemon.Garbage),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "\x00\xfe\xffgarbage\x00\n", Then: spec.Open},
		},
	},
	{
		Name:      "invalid_json",
		Stage:     spec.Respond,
		Summary:   "writes one framed message that would be JSON but for an unescaped control character in a string.",
		Tests:     "that the client's JSON parser is strict, and that its error reaches the call.",
		Simulates: "a daemon that builds JSON by hand and meets a byte it did not expect.",
		Client:    spec.Rejects,
		Bug:       "github/copilot-sdk#1605: one body that was no JSON cancelled every request in flight",
		Do:        faultdaemon.Send(faultdaemon.InvalidJSON),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"name\":\"pong\"}\n", Got: "{\"id\":1,\"name\":\"\x01pong\"}\n", Then: spec.Open},
			{Send: "ping\n", Reply: "pong\n", Got: "{\"data\":\"\x01pong\"}\n", Then: spec.Open},
			{Send: "ping\n", Reply: "{\"n\":1}\n", Got: "{\"n\":1,\"text\":\"\x01\"}\n", Then: spec.Open},
		},
	},
	{
		Name:    "embedded_newlines",
		Stage:   spec.Respond,
		Summary: "writes the response as JSON on one line, with escaped newlines in its first string.",
		Tests:   "that the client splits lines before it decodes strings, and prints what it decoded with care.",
		Client:  spec.Survives | spec.Differs | spec.Rejects,
		Why: "The message is valid and says something else in one string: a client may not look at that string, " +
			"may hand it on as it is, or may know that it cannot be right.",
		Simulates: "a log line, a stack trace or a diff in a field that used to hold one word.",
		Do:        faultdaemon.Send(faultdaemon.EmbeddedNewlines),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"name\":\"pong\"}\n", Got: "{\"id\":1,\"name\":\"one\\ntwo\\npong\"}\n", Then: spec.Open},
			{Send: "ping\n", Reply: "pong\n", Got: "{\"data\":\"one\\ntwo\\npong\"}\n", Then: spec.Open},
			{Send: "ping\n", Reply: "{\"n\":1}\n", Got: "{\"n\":1,\"text\":\"one\\ntwo\\n\"}\n", Then: spec.Open},
		},
	},
	{
		Name:    "multiline_response",
		Stage:   spec.Respond,
		Summary: "writes the response as the same JSON over several lines.",
		Tests:   "what a client that reads lines makes of JSON that does not keep to one.",
		Client:  spec.Survives | spec.Rejects,
		Why: "A client that decodes a JSON value reads over the newlines; one that reads a line has the " +
			"evidence in its first line.",
		Simulates:   "a daemon built with pretty-printing switched on.",
		AlsoKnownAs: []string{"embedded_newline", "pretty_printed"},
		Do:          faultdaemon.Send(faultdaemon.Multiline),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"name\":\"pong\"}\n", Got: "{\n  \"id\": 1,\n  \"name\": \"pong\"\n}\n", Then: spec.Open},
			{Send: "ping\n", Reply: "pong\n", Got: "{\n  \"data\": \"pong\"\n}\n", Then: spec.Open},
			{Send: "ping\n", Reply: "{}\n", Got: "{\n}\n", Then: spec.Open},
		},
	},
	{
		Name:    "response_too_large",
		Stage:   spec.Respond,
		Summary: "writes a well-formed message that says the same in at least size bytes.",
		Tests:   "that the client has a size limit, and says so when it is exceeded.",
		Client:  spec.Survives | spec.Rejects,
		Why: "The message is well-formed and its meaning unchanged, so a client without a limit, or with a larger " +
			"one, has the right answer. A client may set a limit (for JSON: RFC 8259, section 9), and then has to say that it " +
			"was exceeded.",
		Simulates: "a list that has grown, a file that nobody expected to be so large.",
		Params: []spec.Param{
			{Name: "size", Kind: spec.Int, Default: "2097152", Config: "LargeSizeBytes", Doc: "the least size of the message in bytes, framing included"},
		},
		AlsoKnownAs: []string{"oversize", "large_response"},
		Bug:         "mark3labs/mcp-go#588: a large reply was a token too long for bufio.Scanner",
		Do:          faultdaemon.Send(faultdaemon.TooLarge("size")),
		Examples: []spec.Example{
			{With: "16", Send: "ping\n", Reply: "pong\n", Got: "pong           \n", Then: spec.Open},
			{With: "32", Send: "ping\n", Reply: "{\"id\":1,\"name\":\"pong\"}\n", Got: "{         \"id\":1,\"name\":\"pong\"}\n", Then: spec.Open},
			{Send: "ping\n", Reply: "pong\n", Got: "pong" + strings.Repeat(" ", 2097152-5) + "\n", Then: spec.Open},
		},
	},
	{
		Name:    "response_without_newline",
		Stage:   spec.Respond,
		Summary: "writes the response without its terminator.",
		Tests:   "the deadline of a client that waits for the end of a line.",
		Client:  spec.Survives | spec.Rejects | spec.TimesOut,
		Why: "A client that decodes a JSON value knows where an object ends and needs no terminator; " +
			"for one that reads lines, the message never ends. Once another message comes behind it, the line holds two.",
		Simulates:   "a daemon that forgets the newline, or never flushes the buffer that holds it.",
		AlsoKnownAs: []string{"missing_delimiter"},
		Do:          faultdaemon.Send(faultdaemon.WithoutTerminator),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong", Then: spec.Open},
		},
	},
	{
		Name:    "flip_at",
		Stage:   spec.Respond,
		Summary: "writes the response with bit 0 of byte n changed.",
		Tests:   "what a single wrong byte does: in a length, in a terminator, in an id, in the data.",
		Client:  spec.Survives | spec.Rejects | spec.TimesOut | spec.Differs,
		Why: "A byte of the syntax makes the message wrong, one of the framing may leave the client waiting for " +
			"more, one of the data is another answer that nothing but a checksum can tell. A client may not look at the " +
			"byte at all: one that decodes values at the terminator.",
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "0", Doc: "which byte, counting from 0; it does not fire beyond the response"},
		},
		AlsoKnownAs: []string{"corrupt_bits", "flip_bytes", "bit_flip"},
		Do:          faultdaemon.Send(faultdaemon.Flipped("n")),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "qong\n", Then: spec.Open},
			{With: "4", Send: "ping\n", Reply: "pong\n", Got: "pong\v", Then: spec.Open},
			{With: "5", Send: "ping\n", Reply: "pong\n", Got: "pong\n", Then: spec.Open},
		},
	},
	{
		Name:    "multiple_responses",
		Stage:   spec.Respond,
		Summary: "writes the response twice, back to back.",
		Tests:   "that a reply that nobody asked for is not taken for the answer to the next request.",
		Client:  spec.Survives | spec.Rejects,
		Why: "The first response is the answer. The second belongs to no request: to pass it over and to give " +
			"the connection up are both right, to hand it to the next call is not.",
		Simulates:   "a daemon that retries a write that had succeeded.",
		AlsoKnownAs: []string{"duplicate_response", "glued"},
		Bug:         "ApeWorX/web3.py#3623: an id that was answered twice left the library hanging",
		Do:          faultdaemon.Send(faultdaemon.Twice),
		Examples: []spec.Example{
			{Send: "one\n", Reply: "1\n", Got: "1\n1\n", Then: spec.Open,
				More: []spec.Example{{Send: "two\n", Reply: "2\n", Got: "2\n2\n", Then: spec.Open}}},
		},
	},
	{
		Name:      "coalesced_responses",
		Stage:     spec.Respond,
		Summary:   "holds the response until the client's next request and writes both responses at once; without a second request it writes the first after a hold.",
		Tests:     "that the client finds every message in what one read returns.",
		Simulates: "a daemon that writes through a buffer and flushes when it is idle.",
		Client:    spec.Survives,
		Needs:     spec.Pipelining,
		Params: []spec.Param{
			{Name: "hold", Kind: spec.Duration, Default: "1s", Doc: "how long the first response is held when no second request comes"},
		},
		AlsoKnownAs: []string{"coalesce_frames", "glued_messages"},
		Bug:         "discordjs/RPC#121: of two frames in one read the second was thrown away",
		Do:          faultdaemon.SendWithNext("hold"),
		Examples: []spec.Example{
			{Send: "ping\n", Reply: "pong\n", Got: "pong\n", After: time.Second, Then: spec.Open, Writes: 1},
			{Send: "one\ntwo\n", Reply: "pong\n", Got: "pong\npong\n", Then: spec.Open, Calls: 2, Writes: 1},
		},
	},
}
