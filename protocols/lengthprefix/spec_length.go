package lengthprefix

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

var _ = spec.Catalogue{Prefix: "lengthprefix", Protocol: Layout{LengthWidth: 4}}

// Faults of what the length says.
var _ = spec.Faults{
	{
		Name:    "length_zero",
		Stage:   spec.Respond,
		Summary: "writes the header of the response with the length 0, and no payload.",
		Tests:   "what an empty message is to the client, and that reading 0 bytes does not spin.",
		Client:  spec.Rejects | spec.Differs | spec.TimesOut,
		Why: "The protocol decides: an empty message may be a value, or what no reply can be. Where it is a sign of life " +
			"to be passed over, the reply is still to come.",
		Simulates: "a daemon that writes the header before it knows that it has nothing to say.",
		Do:        faultdaemon.Send(empty),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000000", Then: spec.Open},
		},
	},
	{
		Name:    "length_short",
		Stage:   spec.Respond,
		Summary: "writes the response with a length that is k less than what follows.",
		Tests:   "that a payload cut short is noticed, and that what is left of it is not read as the next header.",
		Client:  spec.Rejects | spec.TimesOut | spec.Differs,
		Why: "Where a payload has a syntax, the cut shows at once. Where it is any bytes, a shorter payload is another " +
			"answer, and the evidence is the header that the next message does not have: it may be refused, or announce " +
			"what never comes.",
		Simulates: "a length counted in characters where the payload has bytes.",
		Params: []spec.Param{
			{Name: "k", Kind: spec.Int, Default: "1", Min: 1, Doc: "how many bytes the length leaves out; it does not fire where there are fewer behind the header"},
		},
		Do: faultdaemon.Send(declaring(fewer("k"))),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000003 706f6e67", Then: spec.Open},
			{With: "4", Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000000 706f6e67", Then: spec.Open},
			{With: "5", Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000004 706f6e67", Then: spec.Open},
		},
	},
	{
		Name:      "length_long",
		Stage:     spec.Respond,
		Summary:   "writes the response with a length that is k more than what follows.",
		Tests:     "the deadline of a client that has a part of a message and waits for the rest.",
		Simulates: "a daemon that counts a terminator or a checksum that it does not send.",
		Client:    spec.TimesOut | spec.Rejects | spec.Differs,
		Why: "While nothing else comes there is only silence. A client that makes another call has the missing bytes from " +
			"the next reply: where a payload has a syntax or a checksum, it shows at once; where it is any bytes, a longer " +
			"payload is another answer, and the evidence is the header that the next message does not have.",
		Params: []spec.Param{
			{Name: "k", Kind: spec.Int, Default: "1", Min: 1, Doc: "how many bytes the length counts that do not follow"},
		},
		Do: faultdaemon.Send(declaring(more("k"))),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000005 706f6e67", Then: spec.Open},
			{With: "252", Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000100 706f6e67", Then: spec.Open},
		},
	},
	{
		Name:    "length_max",
		Stage:   spec.Respond,
		Summary: "writes the response with the largest length there is, all its bits set.",
		Tests:   "that a length over the limit is refused before memory is set aside for it.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "A length of 3 bytes or more is over every sensible limit, and of 8 bytes negative. One of 1 or 2 bytes, and any " +
			"for a client without a limit, only announces bytes that never come.",
		Simulates: "an error code, -1, that is written where a length should be.",
		Bug:       "apache/thrift#3784: a client set aside as many bytes as any peer announced",
		Unbounded: true,
		Do:        faultdaemon.Send(declaring(allOnes)),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "ffffffff 706f6e67", Then: spec.Open},
		},
	},
	{
		Name:      "length_negative",
		Protocol:  Thrift(),
		Stage:     spec.Respond,
		Summary:   "writes the response with the highest bit of its signed length set.",
		Tests:     "that a negative length is refused, and neither passes a check against the limit nor sets memory aside.",
		Simulates: "a daemon whose count has overflowed.",
		Client:    spec.Rejects,
		Bug:       "apache/thrift#3784: a negative frame size raised the wrong exception",
		Unbounded: true,
		Do:        faultdaemon.Send(declaring(negative)),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "80000004 706f6e67", Then: spec.Open},
		},
	},
	{
		Name:      "length_below_header",
		Protocol:  Postgres(),
		Stage:     spec.Respond,
		Summary:   "writes the response with a length one less than what it has to count of the header.",
		Tests:     "that the size of the payload, length less header, does not become negative or very large.",
		Simulates: "a daemon that forgets to count the header.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Send(declaring(belowHeader)),
		Examples: []spec.Example{
			{Hex: true, Send: "51 00000006 3b00", Reply: "5a 00000005 49", Got: "5a 00000003 49", Then: spec.Open},
		},
	},
	{
		Name:      "length_includes_self",
		Stage:     spec.Respond,
		Summary:   "writes the response with a length that counts its own bytes, which that of the layout does not.",
		Tests:     "the deadline of a client that waits for as many bytes more as the length is wide.",
		Simulates: "a daemon built after another version of the protocol.",
		Client:    spec.TimesOut | spec.Rejects | spec.Differs,
		Why: "While nothing else comes there is only silence. A client that makes another call has the missing bytes from " +
			"the next reply: where a payload has a syntax or a checksum, it shows at once; where it is any bytes, a longer " +
			"payload is another answer, and the evidence is the header that the next message does not have.",
		Do: faultdaemon.Send(declaring(withItself)),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000008 706f6e67", Then: spec.Open},
		},
	},
	{
		Name:     "length_excludes_self",
		Protocol: Postgres(),
		Stage:    spec.Respond,
		Summary:  "writes the response with a length that leaves its own bytes out, which that of the layout counts.",
		Tests:    "that a payload cut short is noticed, and that what is left of it is not read as the next header.",
		Client:   spec.Rejects | spec.TimesOut | spec.Differs,
		Why: "Where a payload has a syntax, or the length falls below its header, it shows at once. Where it is any bytes, " +
			"a shorter payload is another answer, and the evidence is the header that the next message does not have: it " +
			"may be refused, or announce what never comes.",
		Simulates: "a daemon built after another version of the protocol.",
		Do:        faultdaemon.Send(declaring(withoutItself)),
		Examples: []spec.Example{
			{Hex: true, Send: "51 00000006 3b00", Reply: "43 0000000d 53454c454354203100", Got: "43 00000009 53454c454354203100", Then: spec.Open},
			{Hex: true, Send: "51 00000006 3b00", Reply: "5a 00000005 49", Got: "5a 00000001 49", Then: spec.Open},
		},
	},
	{
		Name:    "length_wrong_endian",
		Stage:   spec.Respond,
		Summary: "writes the response with the bytes of its length in reverse.",
		Tests:   "that a length that cannot be is refused, and not waited for.",
		Client:  spec.Rejects | spec.TimesOut | spec.Differs,
		Why: "The length of a short message becomes one of millions of bytes, which is over the limit of a client that " +
			"has one. Below its limit, a client can only wait for what never comes. That of a long message may become " +
			"shorter: then, where a payload is any bytes, it is another answer.",
		Simulates: "a daemon that writes a length in its machine's byte order.",
		Unbounded: true,
		Do:        faultdaemon.Send(declaring(swapped)),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "04000000 706f6e67", Then: spec.Open},
			{Hex: true, Send: "00000004 70696e67", Reply: "00000000", Got: "00000000", Then: spec.Open},
		},
	},
	{
		Name:     "length_over_limit_by_one",
		Protocol: Layout{LengthWidth: 4, MaxMessage: 12},
		Stage:    spec.Respond,
		Summary:  "writes the response, padded with spaces, as a whole message of one byte more than MaxMessage.",
		Tests:    "that the limit is where it is said to be, and that the error says so.",
		Client:   spec.Survives | spec.Rejects,
		Why: "The message is well-formed: a client with a larger limit, or one that counts the header otherwise, has " +
			"the answer; one with this limit must say that it was exceeded.",
		Simulates: "a reply that grows until, one day, it is too long.",
		Do:        faultdaemon.Send(overLimit),
		Examples: []spec.Example{
			{Hex: true, Send: "00000004 70696e67", Reply: "00000004 706f6e67", Got: "00000009 706f6e67 2020202020", Then: spec.Open},
		},
	},
}
