package jsonrpc

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of responses that nobody asked for, and of batches.
var _ = spec.Faults{
	{
		Name:    "duplicate_response",
		Stage:   spec.Respond,
		Summary: "writes the response, and then another with the same id: with another result, with the same, or an error.",
		Tests:   "that the first response is the answer, and the second goes to nobody.",
		Client:  spec.Survives | spec.Rejects,
		Why: "The first response is the answer. The second belongs to no call any more: to pass it over and to " +
			"give the connection up are both right.",
		Simulates: "a daemon that times a request out while its worker still answers it.",
		Params: []spec.Param{
			{Name: "second", Kind: spec.Choice, Default: "other", Choices: []string{"other", "same", "error"},
				Doc: "what the second response holds: another result, what the first holds, or an error"},
		},
		Bug: "ApeWorX/web3.py#3623: an id that was answered twice, the second time with an error, left the library hanging",
		Do:  faultdaemon.Steps(faultdaemon.Send(faultdaemon.Response), faultdaemon.Send(secondResponse("second"))),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: ok1 + `{"jsonrpc":"2.0","result":"another","id":1}` + "\n", Then: spec.Open, Writes: 2,
				More: []spec.Example{{Send: status2, Reply: ok2,
					Got: ok2 + `{"jsonrpc":"2.0","result":"another","id":2}` + "\n", Then: spec.Open}}},
			{With: "same", Send: status1, Reply: ok1, Got: ok1 + ok1, Then: spec.Open, Writes: 2},
			{With: "error", Send: status1, Reply: ok1,
				Got:  ok1 + `{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":1}` + "\n",
				Then: spec.Open, Writes: 2},
			{With: "error", Send: status1, Reply: failed1,
				Got:  failed1 + `{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error"}}` + "\n",
				Then: spec.Open, Writes: 2},
		},
	},
	{
		Name:  "coalesced_duplicate",
		Stage: spec.Respond,
		Summary: "writes the response and, when the client makes its next call, the same response once more and that " +
			"call's behind it, in one write; it does not fire where the response has no id, or the two calls have the same.",
		Tests: "that the client finds every message in what one read returns, and that the first of them, which belongs " +
			"to a call that has ended, is not the answer.",
		Client: spec.Survives | spec.Rejects,
		Why: "The call has its own response, behind one that belongs to no call any more: to pass that over and to give " +
			"the connection up are both right.",
		Needs:     spec.SecondExchange,
		Simulates: "a daemon that sends again what it takes for lost, and writes through a buffer.",
		Bug:       "discordjs/RPC#121: of two frames in one read the second was thrown away",
		Do:        faultdaemon.SendAgainWithNext(identified, distinct),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: ok1, Then: spec.Open, Writes: 1,
				More: []spec.Example{
					{Send: status2, Reply: ok2, Got: ok1 + ok2, Then: spec.Open, Writes: 1},
					{Send: status3, Reply: ok3, Got: ok3, Then: spec.Open, Writes: 1},
				}},
			{Send: status1, Reply: started + ok1, Got: started + ok1, Then: spec.Open,
				More: []spec.Example{
					{Send: started, Reply: "", Got: "", Then: spec.Open},
					{Send: status2, Reply: started + ok2, Got: ok1 + started + ok2, Then: spec.Open, Writes: 1},
				}},
			{Send: status1, Reply: ok1, Got: ok1, Then: spec.Open,
				More: []spec.Example{{Send: status1, Reply: ok1, Got: ok1, Then: spec.Open}}},
			{Send: batch12, Reply: oks12, Got: oks12, Then: spec.Open,
				More: []spec.Example{{Send: status3, Reply: ok3, Got: ok3, Then: spec.Open}}},
		},
	},
	{
		Name:  "reply_to_notification",
		Stage: spec.Respond,
		Summary: "writes an error with the id null for a notification, which must not have a reply; " +
			"requests are served.",
		Tests:  "that a client passes a reply over that no call waits for.",
		Client: spec.Survives,
		Why: "No call waits for this message, a Response as the specification has it, and none is disturbed by it: each has its " +
			"own reply still. It does not say that a request could not be read, so there is no call that it may be about.",
		Simulates: "a daemon that takes a missing id for null and does not know the method.",
		Bug:       "aovestdipaperino/tokensave#505: errors in reply to notifications made the official Go client of MCP drop the connection",
		Do:        replyToNotification(`{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":null}`),
		Examples: []spec.Example{
			{Send: started, Reply: "",
				Got:  `{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":null}` + "\n",
				Then: spec.Open, More: []spec.Example{{Send: status1, Reply: ok1, Got: ok1, Then: spec.Open}}},
			{Send: ok1, Reply: "", Got: "", Then: spec.Open},
		},
	},
	{
		Name:    "unsolicited_response",
		Stage:   spec.Respond,
		Summary: "writes the response and, when the connection is idle, another with an id that no request has.",
		Tests:   "that a response to nobody, while no call is out, disturbs neither the client nor its next call.",
		Client:  spec.Survives | spec.Rejects,
		Why: "The call has its answer by then, and a client passes over what it did not ask for. To give the " +
			"connection up, and to say so at the next call, is right too.",
		Params: []spec.Param{
			{Name: "pause", Kind: spec.Duration, Default: "10ms", Doc: "the time between the two responses"},
		},
		Simulates: "a daemon that mixes up its clients.",
		Do: faultdaemon.Steps(faultdaemon.Send(faultdaemon.Response), faultdaemon.Wait("pause"),
			faultdaemon.Send(extra(wrongID))),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: ok1 + `{"jsonrpc":"2.0","result":"ok","id":1000001}` + "\n",
				After: 10 * time.Millisecond, Then: spec.Open,
				More: []spec.Example{{Send: status2, Reply: ok2, Got: ok2 + `{"jsonrpc":"2.0","result":"ok","id":1000002}` + "\n",
					After: 10 * time.Millisecond, Then: spec.Open}}},
		},
	},
	{
		Name:    "batch_reordered",
		Stage:   spec.Respond,
		Summary: "writes the responses to a batch in reverse order; it fires on replies to a batch of two or more requests.",
		Tests:   "that the responses to a batch are matched by id and not by place.",
		Client:  spec.Survives,
		Needs:   spec.Batch,
		Do:      faultdaemon.Send(rebuilt(batchReordered)),
		Examples: []spec.Example{
			{Send: batch12, Reply: oks12,
				Got:  `[{"jsonrpc":"2.0","result":"ok","id":2},{"jsonrpc":"2.0","result":"ok","id":1}]` + "\n",
				Then: spec.Open},
			{Send: status1, Reply: ok1, Got: ok1, Then: spec.Open},
		},
	},
	{
		Name:    "batch_partial",
		Stage:   spec.Respond,
		Summary: "writes the responses to a batch without the last; it fires on replies to a batch of two or more requests.",
		Tests:   "that every call of a batch ends, also the one that the reply does not mention.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "The array has all the responses that there will be, so a client may fail the call that is not in " +
			"it at once; one that waits for the response by itself has only its deadline.",
		Needs: spec.Batch,
		Do:    faultdaemon.Send(rebuilt(batchPartial)),
		Examples: []spec.Example{
			{Send: batch12, Reply: oks12, Got: `[{"jsonrpc":"2.0","result":"ok","id":1}]` + "\n", Then: spec.Open},
			{Send: status1, Reply: ok1, Got: ok1, Then: spec.Open},
		},
	},
	{
		Name:    "batch_empty",
		Stage:   spec.Respond,
		Summary: "writes an empty array in reply to a batch.",
		Tests:   "that an array without responses, which must not be sent, fails the calls of the batch.",
		Client:  spec.Rejects,
		Why: "An empty array must not be sent (section 6), so the message is invalid as it stands. It may be for each batch that " +
			"is out, and what is left of it is nothing to wait for.",
		Needs: spec.Batch,
		Do:    faultdaemon.Send(rebuilt(batchEmpty)),
		Examples: []spec.Example{
			{Send: batch12, Reply: oks12, Got: "[]\n", Then: spec.Open},
			{Send: status1, Reply: ok1, Got: ok1, Then: spec.Open},
		},
	},
	{
		Name:    "batch_array_for_single",
		Stage:   spec.Respond,
		Summary: "writes the response to a single request inside an array.",
		Tests:   "what the client makes of an array where it asked for no batch.",
		Client:  spec.Survives | spec.Rejects,
		Why: "A client that reads arrays finds the response, with the id of its call. For any other the message " +
			"is no response, and it must say so.",
		Simulates: "a daemon, or a proxy before it, that handles every request as a batch.",
		Do:        faultdaemon.Send(rebuilt(batchArrayForSingle)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `[{"jsonrpc":"2.0","result":"ok","id":1}]` + "\n", Then: spec.Open},
			{Send: batch12, Reply: oks12, Got: oks12, Then: spec.Open},
		},
	},
}
