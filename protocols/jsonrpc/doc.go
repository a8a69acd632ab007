// Package jsonrpc makes a daemon speak JSON-RPC 2.0, in three framings, and
// adds the faults that only JSON-RPC can have.
//
//	d := faultdaemon.New(path, jsonrpc.Headers.Config(jsonrpc.Methods{
//		"status": func(params json.RawMessage) (any, error) { return "ok", nil },
//	}))
//
// The framings are [Lines] (MCP over stdio and sockets), [Headers] (the
// Language Server Protocol) and [Values] (JSON texts with nothing between
// them). On the wire, the same reply is
//
//	{"jsonrpc":"2.0","result":"ok","id":1}\n
//	Content-Length: 38\r\n\r\n{"jsonrpc":"2.0","result":"ok","id":1}
//	{"jsonrpc":"2.0","result":"ok","id":1}
//
// The handler answers as the specification says a server does
// (https://www.jsonrpc.org/specification): requests, notifications and
// batches; [Protocol.Handler] has the details. [Method] and [AfterHandshake]
// pick the requests that a fault applies to. The faults are in [Faults], which
// a daemon knows as soon as it speaks the protocol.
package jsonrpc
