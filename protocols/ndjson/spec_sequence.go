package ndjson

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of the order of messages.
var _ = spec.Faults{
	{
		Name:  "out_of_order",
		Stage: spec.Respond,
		Summary: "holds the responses to k requests and writes them in reverse order; when no request comes for a " +
			"while, it writes those that it has. It does not fire where the response has no id of its request.",
		Tests:  "that responses are matched by id and not by order.",
		Client: spec.Survives,
		Why: "The format says nothing about order, and an id that the response repeats tells which request it is " +
			"for. Responses without one have to come in order, so they do: behind those that are held.",
		Needs: spec.Pipelining,
		Params: []spec.Param{
			{Name: "k", Kind: spec.Int, Default: "2", Min: 2, Doc: "how many responses are held"},
			{Name: "hold", Kind: spec.Duration, Default: "1s", Doc: "how long the daemon waits for each next request before it writes what it has"},
		},
		Simulates: "a daemon that works on several requests at once and takes longer over the first.",
		Do:        faultdaemon.Reversed(jsonLine(matched), "k", "hold"),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true}\n", After: time.Second, Then: spec.Open},
			{With: "2, 48h", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "", Then: spec.Open,
				More: []spec.Example{
					{Send: "{\"id\":2}\n", Reply: "{\"id\":2,\"ok\":true}\n", Got: "{\"id\":2,\"ok\":true}\n{\"id\":1,\"ok\":true}\n", Then: spec.Open, Writes: 2},
				}},
			{With: "3, 48h", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "", Then: spec.Open,
				More: []spec.Example{
					{Send: "{\"id\":2}\n", Reply: "{\"n\":1,\"id\":2}\n{\"n\":2,\"id\":2}\n", Got: "", Then: spec.Open},
					{Send: "{\"id\":3}\n", Reply: "{\"id\":3,\"ok\":true}\n",
						Got: "{\"id\":3,\"ok\":true}\n{\"n\":1,\"id\":2}\n{\"n\":2,\"id\":2}\n{\"id\":1,\"ok\":true}\n", Then: spec.Open, Writes: 3},
					{Send: "{\"id\":4}\n", Reply: "{\"id\":4,\"ok\":true}\n", Got: "{\"id\":4,\"ok\":true}\n", After: 48 * time.Hour, Then: spec.Open},
				}},
			{Send: "{}\n", Reply: "{\"ok\":true}\n", Got: "{\"ok\":true}\n", Then: spec.Open},
			{With: "3, 48h", Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "", Then: spec.Open,
				More: []spec.Example{
					{Send: "{}\n", Reply: "{\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true}\n{\"ok\":true}\n", Then: spec.Open, Writes: 2},
				}},
		},
	},
	{
		Name:  "coalesced_duplicate",
		Stage: spec.Respond,
		Summary: "writes the response and, when the client makes its next request, the same line once more and that " +
			"request's response behind it, in one write. It does not fire where the response has no id of its request, or " +
			"both requests have the same.",
		Tests: "that the client finds every line in what one read returns, and that the first of them, which belongs to " +
			"a request that was answered, is not the answer.",
		Client: spec.Survives | spec.Rejects,
		Why: "The request has its own response, behind one that no request waits for: to pass that over and to give the " +
			"connection up are both right.",
		Needs:     spec.SecondExchange,
		Simulates: "a daemon that sends again what it takes for lost, and writes through a buffer.",
		Bug:       "discordjs/RPC#121: of two frames in one read the second was thrown away",
		Do:        faultdaemon.SendAgainWithNext(jsonLine(matched), distinct),
		Examples: []spec.Example{
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true}\n", Then: spec.Open, Writes: 1,
				More: []spec.Example{
					{Send: "{\"id\":2}\n", Reply: "{\"id\":2,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true}\n{\"id\":2,\"ok\":true}\n", Then: spec.Open, Writes: 1},
					{Send: "{\"id\":3}\n", Reply: "{\"id\":3,\"ok\":true}\n", Got: "{\"id\":3,\"ok\":true}\n", Then: spec.Open, Writes: 1},
				}},
			{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":true}\n", Got: "{\"id\":1,\"ok\":true}\n", Then: spec.Open,
				More: []spec.Example{{Send: "{\"id\":1}\n", Reply: "{\"id\":1,\"ok\":false}\n", Got: "{\"id\":1,\"ok\":false}\n", Then: spec.Open}}},
			{Send: "{}\n", Reply: "{\"ok\":true}\n", Got: "{\"ok\":true}\n", Then: spec.Open,
				More: []spec.Example{{Send: "{}\n", Reply: "{\"ok\":true}\n", Got: "{\"ok\":true}\n", Then: spec.Open}}},
		},
	},
}
