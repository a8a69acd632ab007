package jsonrpc

import "github.com/faultdaemon/toolkit/gen/spec"

var _ = spec.Catalogue{Prefix: "jsonrpc", Protocol: Lines}

// What the examples ask for and what the handler answers, on Lines.
const (
	status1 = `{"jsonrpc":"2.0","method":"status","id":1}` + "\n"
	status2 = `{"jsonrpc":"2.0","method":"status","id":2}` + "\n"
	status3 = `{"jsonrpc":"2.0","method":"status","id":3}` + "\n"
	statusA = `{"jsonrpc":"2.0","method":"status","id":"a"}` + "\n"

	ok1 = `{"jsonrpc":"2.0","result":"ok","id":1}` + "\n"
	ok2 = `{"jsonrpc":"2.0","result":"ok","id":2}` + "\n"
	ok3 = `{"jsonrpc":"2.0","result":"ok","id":3}` + "\n"
	okA = `{"jsonrpc":"2.0","result":"ok","id":"a"}` + "\n"

	failed1 = `{"jsonrpc":"2.0","error":{"code":4,"message":"no such note"},"id":1}` + "\n"

	started = `{"jsonrpc":"2.0","method":"started"}` + "\n" // a notification

	batch12 = `[{"jsonrpc":"2.0","method":"status","id":1},{"jsonrpc":"2.0","method":"status","id":2}]` + "\n"
	oks12   = `[{"jsonrpc":"2.0","result":"ok","id":1},{"jsonrpc":"2.0","result":"ok","id":2}]` + "\n"
)

// The same on Headers.
const (
	headedStatus1 = "Content-Length: 42\r\n\r\n" + `{"jsonrpc":"2.0","method":"status","id":1}`
	headedOK1     = "Content-Length: 38\r\n\r\n" + `{"jsonrpc":"2.0","result":"ok","id":1}`
)
