package kvfault

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

var _ = spec.Catalogue{Prefix: "kv", Protocol: KV{}}

// Request 1 is get "a", and reply 1 that it is "1", at revision 5. Request 2 is
// the same from a client that has seen revision 5. "a" belongs to shard 3.
const (
	get1 = "4b5601 01 00000001 03 00 0000000e 5268ef01 0000000000000000 01 61 00000000"
	got1 = "4b5601 81 00000001 03 00 0000000f 59dfd17d 0000000000000005 01 61 00000001 31"
	get2 = "4b5601 01 00000002 03 00 0000000e 7b4e4245 0000000000000005 01 61 00000000"
	got2 = "4b5601 81 00000002 03 00 0000000f 60a77c3d 0000000000000005 01 61 00000001 31"
)

// Faults of a reply that is not to the request. Length and checksum are right.
var _ = spec.Faults{
	{
		Name:      "wrong_shard",
		Stage:     spec.Respond,
		Summary:   "writes the response with the number of the next shard.",
		Tests:     "that a value from another shard is not taken for the key's.",
		Simulates: "a daemon that has moved the key, a router with an old map.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Send(edited(otherShard)),
		Examples: []spec.Example{
			{Hex: true, Send: get1, Reply: got1, Then: spec.Open,
				Got: "4b5601 81 00000001 04 00 0000000f 30385725 0000000000000005 01 61 00000001 31"},
		},
	},
	{
		Name:    "wrong_id",
		Stage:   spec.Respond,
		Summary: "writes the response with the id of the next request.",
		Tests:   "that a reply is matched by its id, and that one does not end a call that it does not belong to.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "A client that has made no such request, or one about another key, knows that something is wrong. One that " +
			"passes over what it does not wait for has only its deadline.",
		Simulates: "a daemon that counts its replies itself and has lost one.",
		Do:        faultdaemon.Send(edited(nextID)),
		Examples: []spec.Example{
			{Hex: true, Send: get1, Reply: got1, Got: got2, Then: spec.Open},
		},
	},
	{
		Name:      "other_key",
		Stage:     spec.Respond,
		Summary:   "writes the response as one about another key: bit 0 of the key's last byte is changed.",
		Tests:     "that the id alone is not believed.",
		Simulates: "a cache in the daemon that takes one key for another.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Send(edited(otherKey)),
		Examples: []spec.Example{
			{Hex: true, Send: get1, Reply: got1, Then: spec.Open,
				Got: "4b5601 81 00000001 03 00 0000000f 928302d8 0000000000000005 01 60 00000001 31"},
		},
	},
	{
		Name:  "stale_read",
		Stage: spec.Respond,
		Summary: "writes, in response to a get, the value \"stale\" of one revision before the one that the client has seen; " +
			"it does not fire on a client that has seen none.",
		Tests:     "that what was read once is not followed by what was there before.",
		Simulates: "a replica that lags behind.",
		Client:    spec.Rejects,
		Needs:     spec.SecondExchange,
		Do:        faultdaemon.Send(edited(stale)),
		Examples: []spec.Example{
			{Hex: true, Send: get1, Reply: got1, Got: got1, Then: spec.Open,
				More: []spec.Example{
					{Send: get2, Reply: got2, Then: spec.Open,
						Got: "4b5601 81 00000002 03 00 00000013 9a35911c 0000000000000004 01 61 00000005 7374616c65"},
				}},
		},
	},
	{
		Name:    "swapped_replies",
		Stage:   spec.Respond,
		Summary: "writes the responses to two requests in the wrong order; it does not fire where no second request comes.",
		Tests:   "that calls that are made at once get each its own reply.",
		Client:  spec.Survives,
		Needs:   spec.Pipelining,
		Params: []spec.Param{
			{Name: "hold", Kind: spec.Duration, Default: "100ms", Doc: "how long the second request is waited for"},
		},
		Simulates: "a daemon that serves every request by a thread of its own.",
		Do:        swap("hold"),
		Examples: []spec.Example{
			{Hex: true, Send: get1 + get2, Reply: got1, Got: got1 + got1, Then: spec.Open, Calls: 2, Writes: 1},
			{With: "20ms", Hex: true, Send: get1, Reply: got1, Got: got1, After: 20 * time.Millisecond, Then: spec.Open},
		},
	},
}

// Faults of how a reply is put together.
var _ = spec.Faults{
	{
		Name:      "checksum_mismatch",
		Stage:     spec.Respond,
		Summary:   "writes the response with bit 0 of its checksum changed.",
		Tests:     "that the checksum is verified.",
		Simulates: "a byte that changed on its way, a daemon that sums other bytes.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Send(edited(otherSum)),
		Examples: []spec.Example{
			{Hex: true, Send: get1, Reply: got1, Then: spec.Open,
				Got: "4b5601 81 00000001 03 00 0000000f 59dfd17c 0000000000000005 01 61 00000001 31"},
		},
	},
	{
		Name:      "version_from_the_future",
		Stage:     spec.Respond,
		Summary:   "writes the response as the next version of the protocol.",
		Tests:     "that the version is looked at before what follows is believed.",
		Simulates: "a daemon that was updated before its client.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Send(edited(nextVersion)),
		Examples: []spec.Example{
			{Hex: true, Send: get1, Reply: got1, Then: spec.Open,
				Got: "4b5602 81 00000001 03 00 0000000f ea4bfcbe 0000000000000005 01 61 00000001 31"},
		},
	},
	{
		Name:    "length_counts_header",
		Stage:   spec.Respond,
		Summary: "writes the response with a length that counts the 18 bytes of the header too.",
		Tests:   "the deadline of a client that waits for 18 bytes more, and the checksum when they come out of the next reply.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "While nothing else comes there is only silence. With the next reply the message is whole and its checksum " +
			"wrong.",
		Simulates: "a daemon built after another draft of the protocol.",
		Do:        faultdaemon.Send(edited(countingHeader)),
		Examples: []spec.Example{
			{Hex: true, Send: get1, Reply: got1, Then: spec.Open,
				Got: "4b5601 81 00000001 03 00 00000021 6e625cab 0000000000000005 01 61 00000001 31"},
		},
	},
	{
		Name:      "value_past_end",
		Stage:     spec.Respond,
		Summary:   "writes the response with a value that is one byte longer than the message has left for it.",
		Tests:     "that a length inside a message is compared with the message, although the checksum is right.",
		Simulates: "a daemon that counts a terminator which it does not send.",
		Client:    spec.Rejects,
		Do:        faultdaemon.Send(edited(longerValue)),
		Examples: []spec.Example{
			{Hex: true, Send: get1, Reply: got1, Then: spec.Open,
				Got: "4b5601 81 00000001 03 00 0000000f 72f282be 0000000000000005 01 61 00000002 31"},
		},
	},
}
