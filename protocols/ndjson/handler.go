package ndjson

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Messages is a result of several messages, in this order: progress and then
// what it came to. Without any, the request gets no reply.
//
//	return ndjson.Messages{progress{50}, progress{100}, result}, nil
type Messages []any

// Config returns the Config of a daemon that speaks the framing and answers
// with h, as [Framing.Handler] says. Everything else in it is zero and may be
// set.
func (f Framing) Config(h func(request json.RawMessage) (any, error)) faultdaemon.Config {
	return faultdaemon.Config{Protocol: f, ResponseHandler: f.Handler(h)}
}

// Handler returns the ResponseHandler that gives every request to h and writes
// what h returns as one message: the result as encoding/json writes it, on one
// line and with <, > and & as they are. A result of type [Messages] is written
// as several. h is called concurrently for different connections; the request
// is its own to keep. Nil echoes the requests.
//
// An error is an object, which has the id of a request that has one:
//
//	{"error":"request is not JSON"}      h is not asked
//	{"id":7,"error":"the disk is full"}  h returned an error
//
// An error that is a json.Marshaler is written as it marshals instead. Messages
// that h returns beside an error come before it. A result that cannot be JSON
// is an error.
func (f Framing) Handler(h func(request json.RawMessage) (any, error)) faultdaemon.ResponseHandler {
	if h == nil {
		return nil
	}
	return func(message []byte) []byte {
		request := payload(message)
		if !json.Valid(request) {
			return f.line(errorObject(nil, errNotJSON))
		}
		r := []byte{} // not nil, which would echo the request
		for _, text := range answer(request, h) {
			r = append(r, f.line(text)...)
		}
		return r
	}
}

var errNotJSON = errors.New("request is not JSON")

// answer returns the texts to send.
func answer(request []byte, h func(json.RawMessage) (any, error)) (texts [][]byte) {
	result, failure := h(request)
	list, several := result.(Messages)
	if !several && failure == nil {
		list = Messages{result}
	}
	for _, m := range list {
		text, err := marshal(m)
		if err != nil {
			return append(texts, errorObject(request, err))
		}
		texts = append(texts, text)
	}
	if failure != nil {
		texts = append(texts, errorObject(request, failure))
	}
	return texts
}

// errorObject returns the text that an error is sent as.
func errorObject(request []byte, failure error) []byte {
	var own json.Marshaler
	if errors.As(failure, &own) {
		text, err := marshal(own)
		if err == nil {
			return text
		}
		failure = err
	}
	text, err := marshal(map[string]string{"error": failure.Error()})
	if err != nil { // a map of strings always marshals
		panic(err)
	}
	return withID(request, text)
}

// marshal returns v as JSON on one line, with <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'}), err
}
