package jsonrpc

import (
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/gen/spec"
)

// Faults of the order and the time of messages.
var _ = spec.Faults{
	{
		Name:    "notification_interleaved",
		Stage:   spec.Respond,
		Summary: "writes k notifications before the response, each in a write of its own.",
		Tests:   "that a notification, between a request and its response, is not taken for the response.",
		Client:  spec.Survives,
		Params: []spec.Param{
			{Name: "k", Kind: spec.Int, Default: "1", Min: 1, Doc: "how many notifications come before each response"},
		},
		Simulates: "a daemon that logs, or reports progress, while it works.",
		Bug:       "briandilley/jsonrpc4j#58: a notification was taken for the response, and the call returned null",
		Do: faultdaemon.Steps(faultdaemon.IfReply, interleaved("k"),
			faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1,
				Got:  `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"1 of 1"}}` + "\n" + ok1,
				Then: spec.Open, Writes: 2},
			{With: "2", Send: status1, Reply: ok1,
				Got: `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"1 of 2"}}` + "\n" +
					`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"2 of 2"}}` + "\n" + ok1,
				Then: spec.Open, Writes: 3},
			{Send: started, Reply: "", Got: "", Then: spec.Open},
		},
	},
	{
		Name:    "coalesced_notification",
		Stage:   spec.Respond,
		Summary: "writes a notification and the response behind it, in one write.",
		Tests: "that the client finds every message in what one read returns, also one that makes its calls in turn " +
			"and expects a single message.",
		Client:    spec.Survives,
		Simulates: "a daemon that writes through a buffer, and logs or reports progress while it works.",
		Bug:       "discordjs/RPC#121: of two frames in one read the second was thrown away",
		Do:        faultdaemon.Send(behindNotification),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1,
				Got:  `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"1 of 1"}}` + "\n" + ok1,
				Then: spec.Open, Writes: 1},
			{Send: started, Reply: "", Got: "", Then: spec.Open},
		},
	},
	{
		Name:    "notification_flood",
		Stage:   spec.Respond,
		Summary: "writes n notifications as fast as the client reads them, and then the response.",
		Tests:   "that a response behind many notifications arrives, in order and with bounded memory, however slowly they are handled.",
		Client:  spec.Survives,
		Params: []spec.Param{
			{Name: "n", Kind: spec.Int, Default: "10000", Min: 1, Doc: "how many notifications come before each response"},
		},
		Simulates: "a daemon whose log level was left at debug.",
		Unbounded: true,
		Do: faultdaemon.Steps(faultdaemon.IfReply, flooded("n"),
			faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{With: "3", Send: status1, Reply: ok1,
				Got: `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"1 of 3"}}` + "\n" +
					`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"2 of 3"}}` + "\n" +
					`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"3 of 3"}}` + "\n" + ok1,
				Then: spec.Open, Writes: 2},
		},
	},
	{
		Name:    "server_request_id_collision",
		Stage:   spec.Respond,
		Summary: "writes a request of the daemon's (the method ping) with the id of the call that is out, and then the response.",
		Tests:   "that ids of the two directions are apart: the client answers the request, and its own call ends with the response.",
		Client:  spec.Survives,
		Simulates: "a daemon that counts its requests from 1, as the client does; that is its right, for the ids " +
			"of each side are its own.",
		Bug: "creachadair/jrpc2#36: a reply whose id was that of a call in the other direction was a duplicate id",
		Do: faultdaemon.Steps(faultdaemon.Send(extra(asRequest)),
			faultdaemon.Send(faultdaemon.Response)),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: `{"jsonrpc":"2.0","method":"ping","id":1}` + "\n" + ok1, Then: spec.Open, Writes: 2,
				More: []spec.Example{{Send: `{"jsonrpc":"2.0","result":{},"id":1}` + "\n", Reply: "", Got: "", Then: spec.Open}}},
		},
	},
	{
		Name:  "out_of_order",
		Stage: spec.Respond,
		Summary: "holds the responses to k requests and writes them in reverse order; " +
			"when no request comes for a while, it writes those that it has.",
		Tests:  "that responses are matched by id and not by order.",
		Client: spec.Survives,
		Needs:  spec.Pipelining,
		Params: []spec.Param{
			{Name: "k", Kind: spec.Int, Default: "2", Min: 2, Doc: "how many responses are held"},
			{Name: "hold", Kind: spec.Duration, Default: "1s", Doc: "how long the daemon waits for each next request before it writes what it has"},
		},
		Simulates: "a daemon that works on several requests at once and takes longer over the first.",
		Do:        faultdaemon.Reversed(faultdaemon.Response, "k", "hold"),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: ok1, After: time.Second, Then: spec.Open},
			{With: "3, 48h", Send: status1, Reply: ok1, Got: "", Then: spec.Open,
				More: []spec.Example{
					{Send: status2, Reply: ok2, Got: "", Then: spec.Open},
					{Send: status3, Reply: ok3, Got: ok3 + ok2 + ok1, Then: spec.Open, Writes: 3},
					{Send: status1, Reply: ok1, Got: ok1, After: 48 * time.Hour, Then: spec.Open},
				}},
		},
	},
	{
		Name:  "late_reply",
		Stage: spec.Respond,
		Summary: "holds the response until the client makes its next call, at most for the delay, and writes it " +
			"before the response to that call, which is not held.",
		Tests:  "that a response to a call which has timed out is not taken for the answer to the next.",
		Client: spec.Survives | spec.TimesOut,
		Why: "Until the delay has passed there is only silence, so a client with a shorter deadline times out, and " +
			"one with a longer survives. The call after that has its own response, behind the late one.",
		Needs: spec.SecondExchange,
		Params: []spec.Param{
			{Name: "delay", Kind: spec.Duration, Default: "15s", Doc: "how long the response is held when no call comes"},
		},
		Simulates: "a daemon that stalls once, for longer than its client waits.",
		Bug:       "Mingye-Lu/AgenticCrawler#121: a late reply was the answer to the next call, and so was every reply from then on",
		Do:        late("delay"),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: ok1, After: 15 * time.Second, Then: spec.Open,
				More: []spec.Example{
					{Send: status2, Reply: ok2, Got: ok2, Then: spec.Open},
					{Send: status3, Reply: ok3, Got: ok3, After: 15 * time.Second, Then: spec.Open},
				}},
			{With: "48h", Send: status1, Reply: ok1, Got: "", Then: spec.Open,
				More: []spec.Example{
					{Send: status2, Reply: ok2, Got: ok1 + ok2, Then: spec.Open},
					{Send: status3, Reply: ok3, Got: ok3, After: 48 * time.Hour, Then: spec.Open},
				}},
		},
	},
	{
		Name:  "instant_reply",
		Stage: spec.Respond,
		Summary: "writes the response and, in the same write, the same for the id that it expects next (1 after 0, \"a2\" " +
			"after \"a1\"); a request with that id gets nothing more.",
		Tests:  "that a call is in the client's table before its response can arrive.",
		Client: spec.Survives | spec.Differs | spec.Rejects | spec.TimesOut,
		Why: "When the early response arrives, nobody has asked for it. A client may refuse it, or pass it over and " +
			"then wait until its deadline; one that reads only while it calls finds what it asked for, or, where it " +
			"asks for something else, another answer. Nothing but a call that never ends is wrong.",
		Needs:     spec.SecondExchange,
		Simulates: "a daemon that is faster than the client's own bookkeeping.",
		Bug:       "microsoft/vscode-languageserver-node#1474: a response that was handled before its request was in the table never ended the call",
		Do:        early,
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: ok1 + ok2, Then: spec.Open, Writes: 1,
				More: []spec.Example{
					{Send: status2, Reply: ok2, Got: "", Then: spec.Open},
					{Send: status3, Reply: ok3, Got: ok3 + `{"jsonrpc":"2.0","result":"ok","id":4}` + "\n", Then: spec.Open},
				}},
			{Send: status1, Reply: ok1, Got: ok1 + ok2, Then: spec.Open,
				More: []spec.Example{{Send: statusA, Reply: okA, Got: okA, Then: spec.Open}}},
			{Send: statusA, Reply: okA, Got: okA, Then: spec.Open},
		},
	},
	{
		Name:    "close_race_with_reply",
		Stage:   spec.Respond,
		Summary: "writes the response and closes the connection in the same instant, with a clean EOF.",
		Tests:   "that the end of the connection, while a response is being handled, neither loses the response nor brings the client down.",
		Client:  spec.Survives | spec.Rejects,
		Why: "The response is whole and before the EOF, so its call has its answer. Another call on the same connection can " +
			"have none any more, and the EOF says so.",
		Simulates: "a daemon that exits as soon as it has answered.",
		Bug:       "sourcegraph/jsonrpc2#82: a connection that closed while a response arrived was a send on a closed channel",
		Do: faultdaemon.Steps(faultdaemon.Send(faultdaemon.Response),
			faultdaemon.Close),
		Examples: []spec.Example{
			{Send: status1, Reply: ok1, Got: ok1, Then: spec.EOF},
		},
	},
	{
		Name:  "response_flood_while_client_writes",
		Stage: spec.Respond,
		Summary: "writes the response and, once the client has begun to write its next request, size bytes of " +
			"notifications before it reads that.",
		Tests:  "that a client reads while it writes: one that does not waits for the daemon, which waits for the client.",
		Client: spec.Survives,
		Needs:  spec.SecondExchange | spec.LargeWrite,
		Params: []spec.Param{
			{Name: "size", Kind: spec.Int, Default: "8388608", Min: 1,
				Doc: "how many bytes of text the notifications hold, in pieces of 4,096"},
		},
		Simulates: "a daemon that logs about every part of a large request.",
		Bug:       "containerd/ttrpc#72: with the buffers full in both directions, neither side read any more",
		Unbounded: true,
		Do: faultdaemon.Steps(faultdaemon.Send(faultdaemon.Response), faultdaemon.AwaitByte,
			loudFlood("size")),
		Examples: []spec.Example{
			{With: "4097", Send: status1, Reply: ok1, Got: ok1, Then: spec.Open,
				More: []spec.Example{{Send: status2, Reply: ok2,
					Got: `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"` + strings.Repeat("x", 4096) + `"}}` + "\n" +
						`{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"` + strings.Repeat("x", 4096) + `"}}` + "\n" +
						ok2,
					Then: spec.Open, Writes: 2}}},
		},
	},
}
