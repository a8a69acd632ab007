package jsonrpc

import (
	"bytes"
	"encoding/json"
	"errors"
)

// A Notification is a message of the daemon's that has no id and gets no
// reply.
type Notification struct {
	Method string
	Params any // an object or an array, as JSON; nil leaves it out
}

// Progress is a result that notifications come before, each as a message of
// its own; they also come before an error that is returned beside it.
//
//	return jsonrpc.Progress{
//		Notifications: []jsonrpc.Notification{{Method: "progress", Params: []int{50}}},
//		Result:        "ok",
//	}, nil
//
// comes out, on [Lines], as
//
//	{"jsonrpc":"2.0","method":"progress","params":[50]}\n
//	{"jsonrpc":"2.0","result":"ok","id":1}\n
//
// In a batch, the notifications of all its requests come before the reply to
// the batch. A notification whose Params cannot be JSON makes the call fail as
// a result does that cannot. What a notification from the client returns is
// not sent, but for its progress, as far as that can be JSON: a language server
// publishes diagnostics when a document is opened.
type Progress struct {
	Notifications []Notification
	Result        any
}

// text returns the notification as JSON.
func (n Notification) text() ([]byte, error) {
	method, err := marshal(n.Method)
	if err != nil {
		return nil, err
	}
	text := append([]byte(`{"jsonrpc":"2.0","method":`), method...)
	if n.Params != nil {
		params, err := marshal(n.Params)
		if err != nil {
			return nil, err
		}
		text = append(append(text, `,"params":`...), params...)
	}
	return append(text, '}'), nil
}

// resultText returns the reply that carries a result.
func (m message) resultText(result any) ([]byte, error) {
	head, tail := `{"jsonrpc":"2.0","result":`, ""
	if m.v1 {
		head, tail = `{"result":`, `,"error":null`
	}
	text, err := appendJSON(append(make([]byte, 0, usualReply), head...), result)
	if err != nil {
		return nil, err
	}
	return m.withID(append(text, tail...)), nil
}

// usualReply is how long a reply may be that is made without growing, in bytes.
const usualReply = 128

// errorText returns the reply that carries an error. One that is no *[Error]
// is an internal error with its text; so is one whose data cannot be JSON.
// JSON-RPC 1.0 has no codes: there, the error is the message.
func (m message) errorText(err error) []byte {
	var known *Error
	if !errors.As(err, &known) {
		known = &Error{Code: CodeInternalError, Message: err.Error()}
	}
	if m.v1 {
		text, merr := marshal(known.message())
		if merr != nil { // a string always marshals
			panic(merr)
		}
		return m.withID(append([]byte(`{"result":null,"error":`), text...))
	}
	object := struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
		Data    any    `json:"data,omitempty"`
	}{known.Code, known.message(), known.Data}
	text, merr := marshal(object)
	if merr != nil {
		return m.errorText(&Error{Code: CodeInternalError, Message: merr.Error()})
	}
	return m.withID(append([]byte(`{"jsonrpc":"2.0","error":`), text...))
}

// withID ends a reply with the id of what it replies to.
func (m message) withID(text []byte) []byte {
	id := m.id
	if id == nil {
		id = null
	}
	text = append(text, `,"id":`...)
	text = append(text, id...)
	return append(text, '}')
}

// marshal returns v as JSON on one line, with <, > and & as they are.
func marshal(v any) ([]byte, error) { return appendJSON(nil, v) }

// appendJSON appends v as marshal returns it.
func appendJSON(text []byte, v any) ([]byte, error) {
	b := bytes.NewBuffer(text)
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}
