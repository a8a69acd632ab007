package lsp

import (
	"encoding/json"
	"errors"
	"fmt"
)

// A Message is a request (it has an id and a method), a notification (a method
// alone) or a response (an id, and a result or an error).
type Message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *Error          `json:"error,omitempty"`
}

// An Error is why a request was refused.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// Codes of errors, of JSON-RPC 2.0 and of the Language Server Protocol.
const (
	CodeParseError     = -32700
	CodeInvalidRequest = -32600
	CodeMethodNotFound = -32601
	CodeInvalidParams  = -32602
	CodeNotInitialized = -32002
)

func (e *Error) Error() string { return fmt.Sprintf("%s (%d)", e.Message, e.Code) }

// Request returns a request, or a notification where id is nil.
func Request(id json.RawMessage, method string, params any) (Message, error) {
	m := Message{Version: "2.0", ID: id, Method: method}
	if params == nil {
		return m, nil
	}
	text, err := json.Marshal(params)
	if err != nil {
		return m, err
	}
	m.Params = text
	return m, nil
}

// Encode returns the message with its header, ready to be written.
func (m Message) Encode() ([]byte, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("a message of %d bytes is longer than %d", len(text), MaxBytes)
	}
	return Frame(text), nil
}

// Decode reads the message in a text.
func Decode(text []byte) (Message, error) {
	var m Message
	if err := json.Unmarshal(text, &m); err != nil {
		return m, err
	}
	switch {
	case m.Version != "2.0":
		return m, fmt.Errorf("it is of JSON-RPC %q: want 2.0", m.Version)
	case m.Method == "" && m.Result == nil && m.Error == nil:
		return m, errors.New("it has neither a method, a result nor an error")
	}
	return m, nil
}
