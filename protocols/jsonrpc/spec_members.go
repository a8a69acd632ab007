package jsonrpc

import (
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of the members of a Response object.
var _ = spec.Faults{
	{
		Name:    "version_missing",
		Stage:   spec.Respond,
		Summary: "writes the response without the member jsonrpc.",
		Tests:   "what the client makes of a response that does not say that it is JSON-RPC 2.0.",
		Client:  spec.Rejects,
		Why: "The member has to be there (section 5), so the message is no response of JSON-RPC 2.0. To take it all the same is " +
			"to be lenient, as clients are that take JSON-RPC 1.0 too.",
		Simulates: "a daemon that speaks JSON-RPC 1.0.",
		Do:        faultdaemon.Send(changed(versionMissing)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"result":"ok","id":1}` + "\n", Then: spec.Open},
		},
	},
	{
		Name:    "version_wrong",
		Stage:   spec.Respond,
		Summary: "writes the response as one of JSON-RPC \"1.0\".",
		Tests:   "what the client makes of a version that it does not know.",
		Client:  spec.Rejects,
		Why: "The version has to be exactly \"2.0\" (section 5), so the message is no response of JSON-RPC 2.0. To take it all " +
			"the same is to be lenient.",
		Do: faultdaemon.Send(changed(versionWrong)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"1.0","result":"ok","id":1}` + "\n", Then: spec.Open},
		},
	},
	{
		Name:      "result_and_error",
		Stage:     spec.Respond,
		Summary:   "writes the response with both a result and an error.",
		Tests:     "that a response which says two things is an error, and the result in it no answer.",
		Client:    spec.Rejects,
		Simulates: "a daemon that sets an error late and forgets the result that it had.",
		Do:        faultdaemon.Send(changed(resultAndError)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1,
				Got:  `{"jsonrpc":"2.0","result":"ok","id":1,"error":{"code":-32603,"message":"Internal error"}}` + "\n",
				Then: spec.Open},
			{Send: status1, Reply: failed1,
				Got:  `{"jsonrpc":"2.0","error":{"code":4,"message":"no such note"},"id":1,"result":null}` + "\n",
				Then: spec.Open},
		},
	},
	{
		Name:      "neither_result_nor_error",
		Stage:     spec.Respond,
		Summary:   "writes the response without a result or an error.",
		Tests:     "that a response which says nothing is an error for its call, and no empty answer.",
		Simulates: "a daemon that leaves a null result out.",
		Client:    spec.Rejects,
		Bug:       "modelcontextprotocol/python-sdk#1144: a reply that was no valid message left the call hanging",
		Do:        faultdaemon.Send(changed(neitherResultNorError)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","id":1}` + "\n", Then: spec.Open},
		},
	},
	{
		Name:    "result_null",
		Stage:   spec.Respond,
		Summary: "writes the response with null as its result.",
		Tests:   "that null, which is a result, neither crashes the client nor is taken for no response.",
		Client:  spec.Survives | spec.Differs | spec.Rejects,
		Why: "The response is a valid one and says null. What a result may be is the method's to say (section 5): a client of one " +
			"that never returns null rejects it; one that asks for no more than success has it.",
		Do: faultdaemon.Send(changed(resultNull)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","result":null,"id":1}` + "\n", Then: spec.Open},
		},
	},
	{
		Name:      "error_not_object",
		Stage:     spec.Respond,
		Summary:   "writes an error that is a string.",
		Tests:     "that an error of the wrong type still fails the call that it is for.",
		Client:    spec.Rejects,
		Simulates: "a daemon of JSON-RPC 1.0, or one that sends an exception's text.",
		Do:        faultdaemon.Send(changed(failed(`"no such note"`))),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","error":"no such note","id":1}` + "\n", Then: spec.Open},
			{Send: status1, Reply: failed1, Got: `{"jsonrpc":"2.0","error":"no such note","id":1}` + "\n", Then: spec.Open},
		},
	},
	{
		Name:    "error_code_not_integer",
		Stage:   spec.Respond,
		Summary: "writes an error whose code is a string.",
		Tests:   "that an error with a code that is no integer still fails the call that it is for.",
		Client:  spec.Rejects,
		Do:      faultdaemon.Send(changed(failed(`{"code":"ENOENT","message":"no such note"}`))),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1,
				Got:  `{"jsonrpc":"2.0","error":{"code":"ENOENT","message":"no such note"},"id":1}` + "\n",
				Then: spec.Open},
		},
	},
	{
		Name:    "error_missing_message",
		Stage:   spec.Respond,
		Summary: "writes an error that has a code and no message.",
		Tests:   "that an error without a message still fails its call, with words that help.",
		Client:  spec.Rejects,
		Do:      faultdaemon.Send(changed(failed(`{"code":-32603}`))),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","error":{"code":-32603},"id":1}` + "\n", Then: spec.Open},
		},
	},
	{
		Name:    "method_and_result",
		Stage:   spec.Respond,
		Summary: "writes the response with a method beside its result: a request and a response in one.",
		Tests:   "that a message which could be two things does not swallow the call.",
		Client:  spec.Survives | spec.Rejects,
		Why: "The message is invalid, and a client may say so. One that looks at the result first has its " +
			"answer. To take it for a request and leave the call waiting is wrong.",
		Do: faultdaemon.Send(changed(methodAndResult)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","result":"ok","id":1,"method":"ping"}` + "\n", Then: spec.Open},
		},
	},
	{
		Name:      "extra_members",
		Stage:     spec.Respond,
		Summary:   "writes the response with members that JSON-RPC does not know.",
		Tests:     "that what a client does not know does not disturb it.",
		Client:    spec.Survives,
		Simulates: "a daemon that is newer than its client, or that is traced.",
		Do:        faultdaemon.Send(changed(extraMembers)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1,
				Got:  `{"jsonrpc":"2.0","result":"ok","id":1,"took":0.25,"trace":{"span":[1,2]}}` + "\n",
				Then: spec.Open},
		},
	},
	{
		Name:    "case_variant_keys",
		Stage:   spec.Respond,
		Summary: "writes the response with its names capitalised: Jsonrpc, Result, Id.",
		Tests:   "that names are compared with their case, as the specification has it.",
		Client:  spec.Rejects,
		Why: "Names are case-sensitive (section 4), so that the message has neither version, result nor id and is invalid as it " +
			"stands: nothing is to be waited for. To take it is to be lenient, as JSON decoders are that fold case, Go's among " +
			"them.",
		Simulates: "a daemon whose serialiser has another naming convention.",
		Do:        faultdaemon.Send(changed(caseVariantKeys)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"Jsonrpc":"2.0","Result":"ok","Id":1}` + "\n", Then: spec.Open},
		},
	},
}
