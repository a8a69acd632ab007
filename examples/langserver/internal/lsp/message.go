package lsp

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
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

func (e *Error) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("error %d, without a message", e.Code)
	}
	return fmt.Sprintf("%s (%d)", e.Message, e.Code)
}

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

// Decode reads the message in a text. The names of its members are compared
// with their case, as JSON-RPC has it, which decoding into a Message would not
// do.
func Decode(text []byte) (Message, error) {
	if !utf8.Valid(text) { // encoding/json would put U+FFFD in silently
		return Message{}, errors.New("it is not UTF-8")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return Message{}, err
	}
	m := Message{ID: members["id"], Params: members["params"], Result: members["result"]}
	for name, into := range map[string]any{"jsonrpc": &m.Version, "method": &m.Method, "error": &m.Error} {
		value, found := members[name]
		if !found {
			continue
		}
		if err := json.Unmarshal(value, into); err != nil {
			return Message{}, fmt.Errorf("its member %s: %w", name, err)
		}
	}
	return m, m.check()
}

// check returns why m is neither a request, a notification nor a response.
func (m Message) check() error {
	responds := m.Result != nil || m.Error != nil
	switch {
	case m.Version != "2.0":
		return fmt.Errorf("it is of JSON-RPC %q: want 2.0", m.Version)
	case m.Method == "" && !responds:
		return errors.New("it has neither a method, a result nor an error")
	case m.Method != "" && responds:
		return errors.New("it is a request and a response at once")
	case responds && m.ID == nil:
		return errors.New("it is a response and has no id")
	}
	return nil
}
