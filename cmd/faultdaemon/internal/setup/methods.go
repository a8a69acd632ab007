package setup

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// useMethods answers JSON-RPC by method, as a file says: an object with the
// result of each.
//
//	{
//		"status": {"running": true},
//		"delete": {"error": {"code": 4, "message": "no such note"}},
//		"show":   {"result": {"error": {"code": 1}}}
//	}
//
// An object whose only member is error, an object with a code, is an error. One
// whose only member is result is a result, whatever that looks like.
func useMethods(s *Setup, name string) error {
	p, is := s.Config.Protocol.(jsonrpc.Protocol)
	if !is {
		return fmt.Errorf("--protocol %s has no methods: it goes with jsonrpc, jsonrpc-headers and jsonrpc-values", s.Protocol)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var results map[string]json.RawMessage
	if err := json.Unmarshal(text, &results); err != nil {
		return fmt.Errorf("%s: want an object with the result of each method: %w", name, err)
	}
	methods := jsonrpc.Methods{}
	for method, value := range results {
		if methods[method], err = answer(value); err != nil {
			return fmt.Errorf("%s: %s: %w", name, method, err)
		}
	}
	s.Config.ResponseHandler = p.Handler(methods)
	s.Replies = "what " + name + " has for its method, else the error -32601"
	s.Cure = "see that " + name + " has every method that this client calls, and the results that it expects"
	return nil
}

// answer returns a method that answers with a value of the file.
func answer(value json.RawMessage) (func(json.RawMessage) (any, error), error) {
	var only map[string]json.RawMessage
	if json.Unmarshal(value, &only) != nil || len(only) != 1 {
		only = nil
	}
	if result, found := only["result"]; found {
		value = result
	}
	failure, err := errorOf(only["error"])
	return func(json.RawMessage) (any, error) {
		if failure != nil {
			return nil, failure
		}
		return value, nil
	}, err
}

// errorOf returns the error that a value stands for, nil where it is no object
// with a code.
func errorOf(value json.RawMessage) (*jsonrpc.Error, error) {
	var members map[string]json.RawMessage
	if json.Unmarshal(value, &members) != nil || members["code"] == nil {
		return nil, nil
	}
	var e struct {
		Code    int
		Message string
		Data    json.RawMessage
	}
	d := json.NewDecoder(bytes.NewReader(value))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return nil, fmt.Errorf("want an error with code, message and data: %w", err)
	}
	failure := &jsonrpc.Error{Code: e.Code, Message: e.Message}
	if e.Data != nil {
		failure.Data = e.Data
	}
	return failure, nil
}
