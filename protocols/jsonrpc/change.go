package jsonrpc

import (
	"encoding/json"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A change is what a fault does to a Response object.
type change func(response object) (object, error)

// changed is R with a change to its reply; in a batch, to each of its
// responses. It does not fire where the reply is none of JSON-RPC's.
func changed(c change) faultdaemon.Bytes {
	return rebuilt(func(text []byte) ([]byte, error) { return eachResponse(text, c) })
}

// extra is R's reply alone, with a change to it: for what comes before R or
// behind it.
func extra(c change) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		var message []byte
		_, err := faultdaemon.Rendered(e, func(p faultdaemon.Protocol, _, reply []byte) ([]byte, error) {
			text, err := eachResponse(body(reply), c)
			if err != nil {
				return nil, err
			}
			message, err = p.Frame(text)
			return reply, err
		})
		return message, err
	}
}

// rebuilt is R with the text of its reply as build returns it.
func rebuilt(build func(text []byte) ([]byte, error)) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(p faultdaemon.Protocol, _, reply []byte) ([]byte, error) {
			text, err := build(body(reply))
			if err != nil {
				return nil, err
			}
			return p.Frame(text)
		})
	}
}

// eachResponse applies a change to the response in a text, or to all of a
// batch.
func eachResponse(text []byte, c change) ([]byte, error) {
	responses, batch := readBatch(text)
	if !batch {
		return oneResponse(text, c)
	}
	for i, r := range responses {
		changed, err := oneResponse(r, c)
		if err != nil {
			return nil, err
		}
		responses[i] = changed
	}
	return array(responses), nil
}

func oneResponse(text []byte, c change) ([]byte, error) {
	o, ok := readObject(text)
	if !ok || !o.isResponse() {
		return nil, faultdaemon.NotFired("the reply is no response of JSON-RPC: " + excerpt(text))
	}
	o, err := c(o)
	return o.text(), err
}

// readBatch returns the elements of a JSON array, and false for anything else.
func readBatch(text []byte) ([][]byte, bool) {
	var values []json.RawMessage
	if len(text) == 0 || text[0] != '[' || json.Unmarshal(text, &values) != nil {
		return nil, false
	}
	list := make([][]byte, len(values))
	for i, v := range values {
		list[i] = v
	}
	return list, true
}
