package bench

import (
	"encoding/json"

	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

const call = `{"jsonrpc":"2.0","id":1,"method":"status","params":{"verbose":true}}`

// rpcRows are about calls of JSON-RPC over lines, of one method.
func rpcRows() []Row {
	subject := daemon(jsonrpc.Lines.Config(jsonrpc.Methods{
		"status": func(json.RawMessage) (any, error) { return "ok", nil },
	}))
	work := func(name string, w Work, creachadair, sourcegraph, byHand float64, allocs *float64, reason string) Row {
		return Row{
			Work: name, Unit: Time, Rounds: 41, Subject: on(subject, w), Allocs: allocs, Reason: reason,
			Peers: []Peer{
				{"creachadair/jrpc2", on(unix(serveCreachadair), w), creachadair},
				{"sourcegraph/jsonrpc2", on(unix(serveSourcegraph), w), sourcegraph},
				{"encoding/json by hand", on(unix(answerByHand), w), byHand},
			},
		}
	}
	return []Row{
		work("a JSON-RPC call", serial(1000, line(call)), 0.45, 0.5, 0.9, new(8.0),
			"nine tenths of it are what the echo of a line costs"),
		work("32 JSON-RPC calls in one write", serial(50, lines(call, 32)), 0.3, 0.3, 0.8, nil,
			"each reply is written by itself: the next method may wait, and a client for this reply"),
	}
}
