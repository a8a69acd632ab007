package jsonrpc_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// An incoming is a message that a daemon sends, read as the specification has it.
type incoming struct {
	method  string          // of a request and a notification
	id      json.RawMessage // as it came; nil where there is none
	result  json.RawMessage // of a response
	failure error           // of a response, an *errorObject
}

func (m incoming) isRequest() bool  { return m.method != "" && m.id != nil }
func (m incoming) isResponse() bool { return m.method == "" }

// unreadable reports whether the daemon says that it could not read a request:
// then, and only then, it does not know the id.
func (m incoming) unreadable() bool {
	const parseError, invalidRequest = -32700, -32600
	e, failed := m.failure.(*errorObject)
	return failed && string(m.id) == "null" && (e.Code == parseError || e.Code == invalidRequest)
}

// An errorObject is an error of the daemon's.
type errorObject struct {
	Code    int64
	Message string
}

func (e *errorObject) Error() string {
	return fmt.Sprintf("the daemon says: %s (%d)", e.Message, e.Code)
}

// parse reads a message, or several in an array. What is none is an error.
func parse(text []byte) (messages []incoming, isArray bool, err error) {
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 || text[0] != '[' {
		m, err := parseOne(text)
		return []incoming{m}, false, err
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(text, &elements); err != nil {
		return nil, true, err
	}
	for _, e := range elements {
		m, err := parseOne(e)
		if err != nil {
			return nil, true, err
		}
		messages = append(messages, m)
	}
	return messages, true, nil
}

// parseOne holds an object to the rules. A map, and no struct, takes its
// members: encoding/json fills a struct's fields from names in any case.
//
//   - "jsonrpc" is exactly "2.0".
//   - A message with a method is a request or a notification, and has neither
//     result nor error.
//   - Any other is a response and has one of the two, and an id.
//   - An error is an object with a code that is an integer and a message.
//   - Members that are not known mean nothing.
func parseOne(text []byte) (m incoming, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return m, err
	}
	if version := members["jsonrpc"]; string(version) != `"2.0"` {
		return m, fmt.Errorf(`a message with the version %q, not "2.0"`, version)
	}
	m.id, m.result = members["id"], members["result"]
	method, isCall := members["method"]
	failure := members["error"]
	switch {
	case isCall && (m.result != nil || failure != nil):
		return m, errors.New("a message that is a request and a response")
	case isCall:
		if json.Unmarshal(method, &m.method) != nil || m.method == "" {
			return m, fmt.Errorf("a request of the method %s", method)
		}
		return m, nil
	case (m.result == nil) == (failure == nil):
		return m, errors.New("a response with both a result and an error, or neither")
	case m.id == nil:
		return m, errors.New("a response without an id")
	case failure != nil:
		m.failure, err = parseError(failure)
	}
	return m, err
}

func parseError(text []byte) (*errorObject, error) {
	var members map[string]json.RawMessage
	var code *int64
	var message *string
	err := errors.Join(json.Unmarshal(text, &members), unmarshal(members["code"], &code), unmarshal(members["message"], &message))
	if err != nil || code == nil || message == nil {
		return nil, fmt.Errorf("an error that is none: %s", text)
	}
	return &errorObject{*code, *message}, nil
}

// unmarshal leaves v as it is where there is no text.
func unmarshal(text json.RawMessage, v any) error {
	if text == nil {
		return nil
	}
	return json.Unmarshal(text, v)
}
