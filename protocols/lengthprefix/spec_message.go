package lengthprefix

import (
	"encoding/binary"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of the header around the length, and of what is behind it.
var _ = spec.Faults{
	{
		Name:    "partial_length_field",
		Stage:   spec.Respond,
		Summary: "writes the response up to the first n bytes of its length, and then ends the connection, hangs or goes on.",
		Tests:   "that a header cut short is an error and not a clean end of the stream.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "After eof and reset the evidence is on the wire. After hang, and after continue for as long as the " +
			"client makes no other call, there is only silence.",
		Simulates: "a daemon that is killed between two writes.",
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "1", Min: 1, Doc: "how many bytes of the length are written; it does not fire where that is all of them"},
			{Name: "then", Kind: spec.Choice, Default: "eof", Choices: []string{"eof", "hang", "reset", "continue"}, Doc: "what comes after them"},
		},
		Do: faultdaemon.Steps(faultdaemon.Send(partOfLength("n")), faultdaemon.Then("then")),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00", Then: spec.EOF},
			{With: "3, hang", Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "000000", Then: spec.Open},
			{With: "2, reset", Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "0000", Then: spec.Reset},
			{With: "4", Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000004 706f6e67", Then: spec.Open},
		},
	},
	{
		Name:        "stall_after_header",
		Stage:       spec.Respond,
		Summary:     "writes the header of the response and hangs.",
		Tests:       "that the deadline of a call covers its payload, not only the first byte that comes.",
		Simulates:   "a daemon that announces a reply and is stuck while it makes it.",
		Client:      spec.TimesOut,
		AlsoKnownAs: []string{"truncate_then_stall"},
		Do:          faultdaemon.Steps(faultdaemon.Send(headerOnly), faultdaemon.Hang),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000004", Then: spec.Open,
				More: []spec.Example{{Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "", Then: spec.Open, Calls: spec.NoCalls}}},
		},
	},
	{
		Name:      "bad_magic",
		Protocol:  Layout{Magic: "i3-ipc", LengthOffset: 6, LengthWidth: 4, LengthAdjust: 4, Order: binary.LittleEndian},
		Stage:     spec.Respond,
		Summary:   "writes the response with bit 0 of the first byte of its magic number changed.",
		Tests:     "that the magic number is looked at before the length behind it is believed.",
		Simulates: "a stream that is out of step, another program on the socket.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Send(badMagic),
		Examples: []spec.Example{
			{Hex: true, Send: "69332d697063 00000000 01000000", Reply: "69332d697063 02000000 01000000 5b5d",
				Got: "68332d697063 02000000 01000000 5b5d", Then: spec.Open},
		},
	},
	{
		Name:     "wrong_header_byte",
		Protocol: Layout{Magic: "i3-ipc", LengthOffset: 6, LengthWidth: 4, LengthAdjust: 4, Order: binary.LittleEndian},
		Stage:    spec.Respond,
		Summary:  "writes the response with bit 0 of one byte of its header changed that is neither magic number nor length: a type, a tag, a stream's id.",
		Tests:    "that a reply is matched to its request by what the header says, and that one to nobody is not handed out.",
		Client:   spec.Rejects | spec.TimesOut,
		Why: "A reply of another type or to another request is an error, or is nobody's and passed over: then the reply " +
			"that is waited for never comes.",
		Simulates: "an event that arrives between a request and its reply, a daemon that mixes up its streams.",
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "0", Doc: "which of these bytes, counting from 0; it does not fire where there are fewer"},
		},
		AlsoKnownAs: []string{"wrong_frame_type"},
		Bug:         "swaywm/sway#4053: a reply that carried the type of an event left its client stuck",
		Do:          faultdaemon.Send(otherHeader("n")),
		Examples: []spec.Example{
			{Hex: true, Send: "69332d697063 00000000 01000000", Reply: "69332d697063 02000000 01000000 5b5d",
				Got: "69332d697063 02000000 00000000 5b5d", Then: spec.Open},
			{With: "3", Hex: true, Send: "69332d697063 00000000 01000000", Reply: "69332d697063 02000000 01000000 5b5d",
				Got: "69332d697063 02000000 01000001 5b5d", Then: spec.Open},
			{With: "4", Hex: true, Send: "69332d697063 00000000 01000000", Reply: "69332d697063 02000000 01000000 5b5d",
				Got: "69332d697063 02000000 01000000 5b5d", Then: spec.Open},
		},
	},
	{
		Name:  "coalesced_duplicate",
		Stage: spec.Respond,
		Summary: "writes the response and, when the client makes its next request, the last message of it once more and " +
			"that request's response behind it, in one write.",
		Tests: "that the client finds every message in what one read returns, and that the first of them, which belongs " +
			"to a request that was answered, is not the answer.",
		Client: spec.Survives | spec.Rejects | spec.Differs,
		Why: "The request has its own response, behind one that no request waits for: to pass that over and to give the " +
			"connection up are both right. Where nothing in a message says which request it is for, the duplicate is an " +
			"answer like any other. To lose what is behind it is wrong.",
		Needs:     spec.SecondExchange,
		Simulates: "a daemon that sends again what it takes for lost, and writes through a buffer.",
		Bug:       "discordjs/RPC#121: of two frames in one read the second was thrown away",
		Do:        faultdaemon.SendAgainWithNext(framed, nil),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000001 31", Got: "00000001 31", Then: spec.Open, Writes: 1,
				More: []spec.Example{
					{Send: "00000004 70696e67", Reply: "00000001 32", Got: "00000001 31 00000001 32", Then: spec.Open, Writes: 1},
					{Send: "00000004 70696e67", Reply: "00000001 33", Got: "00000001 33", Then: spec.Open, Writes: 1},
				}},
			{Hex: true, Send: "00000004 70696e67", Reply: "00000001 30 00000001 31", Got: "00000001 30 00000001 31", Then: spec.Open,
				More: []spec.Example{{Send: "00000004 70696e67", Reply: "00000001 32", Got: "00000001 31 00000001 32", Then: spec.Open}}},
		},
	},
	{
		Name:    "payload_flip_at",
		Stage:   spec.Respond,
		Summary: "writes the response with bit 0 of byte n behind its header changed, and a checksum that is right all the same.",
		Tests:   "what the code behind framing and checksum makes of a payload that is not what it should be.",
		Client:  spec.Survives | spec.Rejects | spec.TimesOut | spec.Differs,
		Why: "A byte of the payload's syntax makes the message wrong, one of its data is another answer that nothing " +
			"can tell, since the checksum agrees. Where it ties the reply to its request, the reply is nobody's and that of " +
			"the call still to come. A client may not look at the byte at all.",
		Simulates: "memory that went bad before the checksum was made.",
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "0", Doc: "which byte, counting from 0 behind the header; it does not fire where there are fewer"},
		},
		Do: faultdaemon.Send(damaged("n")),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000004 716f6e67", Then: spec.Open},
			{With: "3", Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000004 706f6e66", Then: spec.Open},
			{With: "4", Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000004 706f6e67", Then: spec.Open},
		},
	},
	{
		Name:    "wrong_protocol_banner",
		Stage:   spec.Respond,
		Summary: "writes what an HTTP server answers to what is no HTTP, HTTP/1.1 400 Bad Request, and then ends the connection, hangs or goes on.",
		Tests:   "that letters are not taken for a length: HTTP is 1,213,486,160 bytes.",
		Client:  spec.Rejects | spec.TimesOut | spec.Differs,
		Why: "Four letters are a length over every sensible limit, and after eof and reset there is the end of the stream. " +
			"Only where the letters make a length that may be is there nothing to do but wait; where that length is there, as " +
			"the 72 bytes that a length of one byte has in H, and a payload is any bytes, they are another answer.",
		Simulates: "a proxy, or another daemon, on the socket.",
		Params: []spec.Param{
			{Name: "then", Kind: spec.Choice, Default: "hang", Choices: []string{"eof", "hang", "reset", "continue"}, Doc: "what comes after it"},
		},
		Bug:       "alfa-laboratory/thrift-api-ui#23: a frame of 1347375956 bytes was the word POST",
		Unbounded: true,
		Do:        faultdaemon.Steps(faultdaemon.Send(banner), faultdaemon.Then("then")),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Then: spec.Open,
				Got: "48545450 2f312e31 20343030 20426164 20526571 75657374 0d0a " +
					"436f6e74 656e742d 54797065 3a207465 78742f70 6c61696e 3b206368 61727365 743d7574 662d38 0d0a " +
					"436f6e6e 65637469 6f6e3a20 636c6f73 65 0d0a 0d0a 34303020 42616420 52657175 657374",
				More: []spec.Example{{Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "", Then: spec.Open, Calls: spec.NoCalls}}},
			{With: "eof", Send: "\x00\x00\x00\x04ping", Reply: "\x00\x00\x00\x04pong", Then: spec.EOF,
				Got: "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"},
		},
	},
}
