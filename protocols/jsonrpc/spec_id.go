package jsonrpc

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of what ties a reply to its request.
var _ = spec.Faults{
	{
		Name:    "wrong_id",
		Stage:   spec.Respond,
		Summary: "writes the response with an id of the same type that no request has.",
		Tests:   "that a response is matched by its id, and does not end a call it does not belong to.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "A client that has one call out at a time knows at once that this is not its response. " +
			"One that keeps a table of calls may pass it over, and has only its deadline then.",
		Simulates: "a daemon that counts its responses itself, or writes every one with the same id.",
		Bug:       "radareorg/radare2-mcp#68: every response had the id 0, so the first call worked and the second never ended",
		Do:        faultdaemon.Send(changed(wrongID)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","result":"ok","id":1000001}` + "\n", Then: spec.Open},
			{Send: statusA, Reply: okA, Got: `{"jsonrpc":"2.0","result":"ok","id":"a-1000000"}` + "\n", Then: spec.Open},
			{Send: batch12, Reply: oks12,
				Got:  `[{"jsonrpc":"2.0","result":"ok","id":1000001},{"jsonrpc":"2.0","result":"ok","id":1000002}]` + "\n",
				Then: spec.Open},
		},
	},
	{
		Name:    "id_type_changed",
		Stage:   spec.Respond,
		Summary: "writes the response with its id as another type: 1 as \"1\", \"1\" as 1; it does not fire on the id \"a\".",
		Tests:   "that ids are compared with their type: \"1\" is not the id of the request 1.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "The id has to be the same value as the request's (section 5). A client may refuse a response with an id that it " +
			"never gave out, or pass it over and have only its deadline. One whose table turns every key into text, as an object " +
			"of JavaScript does, finds its call: it is lenient.",
		Simulates: "a daemon that keeps ids as text.",
		Bug:       "modelcontextprotocol/python-sdk#192: a reply whose id had come back as a string left the client hanging",
		Do:        faultdaemon.Send(changed(idTypeChanged)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","result":"ok","id":"1"}` + "\n", Then: spec.Open},
			{Send: `{"jsonrpc":"2.0","method":"status","id":"7"}` + "\n",
				Reply: `{"jsonrpc":"2.0","result":"ok","id":"7"}` + "\n",
				Got:   `{"jsonrpc":"2.0","result":"ok","id":7}` + "\n", Then: spec.Open},
			{Send: statusA, Reply: okA, Got: okA, Then: spec.Open},
		},
	},
	{
		Name:    "id_float",
		Stage:   spec.Respond,
		Summary: "writes the response with its integer id as a fraction of the same value: 1 as 1.0.",
		Tests:   "how ids that are numbers are compared.",
		Client:  spec.Survives | spec.Rejects | spec.TimesOut,
		Why: "1 and 1.0 are the same number in JSON, so a client that compares numbers has its answer. One that " +
			"decodes ids as integers may refuse it, and one that compares ids byte for byte may pass it over.",
		Simulates: "a daemon in a language where all numbers are floating-point.",
		Do:        faultdaemon.Send(changed(idFloat)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","result":"ok","id":1.0}` + "\n", Then: spec.Open},
			{Send: statusA, Reply: okA, Got: okA, Then: spec.Open},
		},
	},
	{
		Name:    "id_missing",
		Stage:   spec.Respond,
		Summary: "writes the response without its id.",
		Tests:   "that a response without an id is not taken for one with the id 0, null or that of the only call.",
		Client:  spec.Rejects,
		Why: "A response has to have an id (section 5), so the message is invalid as it stands, and the response that is " +
			"waited for may have been this one: to pass it over and wait is to be late.",
		Do: faultdaemon.Send(changed(idMissing)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","result":"ok"}` + "\n", Then: spec.Open},
		},
	},
	{
		Name:    "id_null_error",
		Stage:   spec.Respond,
		Summary: "writes an \"Invalid Request\" error with the id null in place of the response.",
		Tests:   "that an error which names no call is reported, and does not leave the call waiting for ever.",
		Client:  spec.Rejects | spec.TimesOut,
		Why: "The error says that the daemon could not read a request. A client with one call out knows which; " +
			"one with several cannot, and the call ends at its deadline.",
		Simulates: "a daemon that failed before it had read the id.",
		Do:        faultdaemon.Send(changed(idNullError)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1,
				Got:  `{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}` + "\n",
				Then: spec.Open},
		},
	},
}
