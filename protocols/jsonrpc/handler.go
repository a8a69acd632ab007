package jsonrpc

import (
	"bytes"
	"encoding/json"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Methods are what a daemon can be asked for, by name. A method gets the
// params as they came, nil where there are none (null counts as none), and
// returns a result that encoding/json can write, or an error. Methods are
// called concurrently for different connections; a batch calls its methods in
// turn.
//
//   - A [Progress] sends notifications before its result.
//   - A *[Error], also a wrapped one, is sent as it is. Any other error is
//     sent with the code -32603 and the error's text as message; so is that
//     of a result that cannot be JSON.
//   - A panic is not hidden: the daemon keeps it as an event and ends the
//     connection.
type Methods map[string]func(params json.RawMessage) (any, error)

// Handler returns the ResponseHandler that answers as JSON-RPC 2.0 says, in
// messages of this framing.
//
//   - A request gets one reply, with its id as it came, byte for byte.
//   - A notification gets none; its method is called, and its [Progress] sent.
//   - A batch gets an array with a reply to each of its requests, in their
//     order, and nothing when it has none. An empty one is an invalid request.
//   - A text that is no JSON gets "Parse error" (-32700), with the id null. So
//     does one whose header has a Content-Type that is none or names a charset
//     other than UTF-8; its data says so.
//   - What is no request gets "Invalid Request" (-32600), with its id where it
//     has a valid one, else null.
//   - A reply, which has a result or an error and no method, is the client's
//     answer to a request of the daemon's. It is recorded like every message
//     and gets nothing.
//   - A request without the member jsonrpc, but with an id and an array of
//     params, is one of JSON-RPC 1.0 and is answered in kind, as Go's
//     net/rpc/jsonrpc expects it: {"result":"ok","error":null,"id":0}, and
//     {"result":null,"error":"no such note","id":0}.
func (p Protocol) Handler(methods Methods) faultdaemon.ResponseHandler {
	return func(request []byte) []byte {
		r := response{framing: p.framing, bytes: []byte{}} // not nil, which would echo the request
		text, err := p.framing.text(request)
		if err != nil {
			r.send(message{}.errorText(&Error{Code: CodeParseError, Data: err.Error()}))
		} else {
			methods.answer(bytes.Trim(text, " \t\r\n"), &r)
		}
		return r.bytes
	}
}

// A response is R while it is made.
type response struct {
	framing framing
	bytes   []byte
}

// send adds a message that carries a text.
func (r *response) send(text []byte) { r.bytes = r.framing.frame(r.bytes, text) }

// answer sends what there is to say to a text: notifications, then the reply.
func (m Methods) answer(text []byte, r *response) {
	if json.Valid(text) && text[0] != '[' { // the usual one, of which no list is made
		if reply := m.serve(readMessage(text), r); reply != nil {
			r.send(reply)
		}
		return
	}
	list, _, ok := readAll(text)
	switch {
	case !ok:
		r.send(message{}.errorText(&Error{Code: CodeParseError}))
		return
	case len(list) == 0:
		r.send(message{}.errorText(&Error{Code: CodeInvalidRequest}))
		return
	}
	var replies [][]byte
	for _, request := range list {
		if reply := m.serve(request, r); reply != nil {
			replies = append(replies, reply)
		}
	}
	if len(replies) > 0 {
		r.send(array(replies))
	}
}

// array returns the JSON array of these values.
func array(values [][]byte) []byte {
	text := append([]byte{'['}, bytes.Join(values, []byte{','})...)
	return append(text, ']')
}

// serve calls the method of one message, sends its notifications and returns the reply,
// nil where none is due.
func (m Methods) serve(request message, r *response) (reply []byte) {
	if request.kind == invalid {
		return request.errorText(&Error{Code: CodeInvalidRequest})
	}
	method, found := m[request.method]
	switch {
	case request.kind != call && request.kind != notification:
		return nil
	case request.kind == call && !found:
		return request.errorText(&Error{Code: CodeMethodNotFound})
	case !found:
		return nil
	}
	result, err := carryOut(method, request.params, r)
	if request.kind == notification { // nobody is told what comes of it
		return nil
	}
	if err == nil {
		reply, err = request.resultText(result)
	}
	if err != nil {
		return request.errorText(err)
	}
	return reply
}

// carryOut calls a method and sends its notifications, up to the first that cannot be
// JSON.
func carryOut(method func(json.RawMessage) (any, error), params json.RawMessage, r *response) (any, error) {
	result, err := method(params)
	progress, ok := result.(Progress)
	if !ok {
		return result, err
	}
	for _, n := range progress.Notifications {
		text, failure := n.text()
		if failure != nil {
			return nil, failure
		}
		r.send(text)
	}
	return progress.Result, err
}
