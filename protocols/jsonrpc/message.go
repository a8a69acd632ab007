package jsonrpc

import (
	"bytes"
	"encoding/json"

	"github.com/faultdaemon/toolkit/internal/jsonedit"
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

// readMessage reads one valid JSON value. What it returns is part of the value.
func readMessage(value []byte) message {
	var m message
	var method, version []byte
	var answers bool // has what a Response object has
	for name, member := range jsonedit.Fields(value) {
		switch string(name) {
		case "id":
			m.id = member
		case "params":
			m.params = member
		case "method":
			method = member
		case "jsonrpc":
			version = member
		case "result", "error":
			answers = true
		}
	}
	if !isID(m.id) {
		return message{}
	}
	if bytes.Equal(m.params, null) { // some clients say so that there are none
		m.params = nil
	}
	if method == nil {
		if answers {
			m.kind = reply
		}
		return m
	}
	text, isString := jsonedit.Unquote(method)
	if !isString || !isStructured(m.params) {
		return m
	}
	m.method = string(text)
	m.v1 = version == nil && m.id != nil && len(m.params) > 0 && m.params[0] == '['
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
func idOf(raw []byte) []byte {
	text := body(raw)
	if !json.Valid(text) {
		return nil
	}
	return readMessage(text).id
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
	version, isString := jsonedit.Unquote(value)
	return isString && string(version) == "2.0"
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
