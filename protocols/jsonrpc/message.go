package jsonrpc

import (
	"bytes"
	"encoding/json"
)

// A kind is what a JSON value is to JSON-RPC.
type kind int

const (
	invalid      kind = iota // not a Request object, nor a Response object
	call                     // a request that has an id
	notification             // a request that has none
	reply                    // a Response object: the client's, to a request of the daemon's
)

// A message is one JSON value of a client's, read as the specification says:
// names of members as they stand, the id byte for byte.
type message struct {
	kind   kind
	method string
	params json.RawMessage // nil where there are none
	id     json.RawMessage // of an invalid message too, where it has one; else nil
	v1     bool            // JSON-RPC 1.0
}

// null is the id of a reply to something whose id is not known.
var null = json.RawMessage("null")

// readAll reads a JSON text: one message, or the messages of a batch. It
// returns false for a text that is no JSON.
func readAll(text []byte) (list []message, batch, ok bool) {
	text = bytes.Trim(text, " \t\r\n")
	if !json.Valid(text) {
		return nil, false, false
	}
	if text[0] != '[' {
		return []message{readMessage(text)}, false, true
	}
	var values []json.RawMessage
	if json.Unmarshal(text, &values) != nil {
		return nil, false, false
	}
	for _, v := range values {
		list = append(list, readMessage(v))
	}
	return list, true, true
}

// readMessage reads one valid JSON value.
func readMessage(value []byte) message {
	var members map[string]json.RawMessage
	if json.Unmarshal(value, &members) != nil || members == nil {
		return message{}
	}
	m := message{id: members["id"], params: members["params"]}
	if !isID(m.id) {
		return message{}
	}
	if bytes.Equal(m.params, null) { // some clients say so that there are none
		m.params = nil
	}
	method, isRequest := members["method"]
	if !isRequest {
		m.kind = replyOrInvalid(members)
		return m
	}
	if method[0] != '"' || json.Unmarshal(method, &m.method) != nil || !isStructured(m.params) {
		return m
	}
	version, versioned := members["jsonrpc"]
	m.v1 = !versioned && m.id != nil && len(m.params) > 0 && m.params[0] == '['
	switch {
	case !m.v1 && !isVersion2(version):
	case m.id == nil:
		m.kind = notification
	case m.v1 && bytes.Equal(m.id, null): // JSON-RPC 1.0, section 1.3
		m.kind = notification
	default:
		m.kind = call
	}
	return m
}

// idOf returns the id of a message in any of the framings, nil where it has
// none.
func idOf(raw []byte) []byte { return readMessage(body(raw)).id }

// replyOrInvalid tells a Response object from nonsense.
func replyOrInvalid(members map[string]json.RawMessage) kind {
	_, result := members["result"]
	_, failure := members["error"]
	if result || failure {
		return reply
	}
	return invalid
}

// isID reports whether a value can be an id: a string, a number, null, or none
// at all.
func isID(value json.RawMessage) bool {
	return len(value) == 0 || value[0] != '{' && value[0] != '[' && value[0] != 't' && value[0] != 'f'
}

// isStructured reports whether a value can be params: an array, an object, or
// none at all.
func isStructured(value json.RawMessage) bool {
	return len(value) == 0 || value[0] == '{' || value[0] == '['
}

// isVersion2 reports whether a jsonrpc member is exactly "2.0".
func isVersion2(value json.RawMessage) bool {
	var version string
	return json.Unmarshal(value, &version) == nil && version == "2.0"
}

// expectsReply reports whether something in a text has to be answered.
func expectsReply(text []byte) bool {
	list, _, ok := readAll(text)
	for _, m := range list {
		if m.kind == call || m.kind == invalid {
			return true
		}
	}
	return !ok || len(list) == 0
}

// body returns the JSON text of a message in any of the framings. It takes the
// message for one with a header when it does not begin as JSON-RPC does and
// has a blank line.
func body(message []byte) []byte {
	text := bytes.Trim(message, " \t\r\n")
	if len(text) == 0 || text[0] == '{' || text[0] == '[' {
		return text
	}
	for rest := message; ; {
		line, after, found := bytes.Cut(rest, []byte{'\n'})
		if !found {
			return text
		}
		if len(trimLineEnd(line)) == 0 {
			return after
		}
		rest = after
	}
}
