package jsonrpc

import (
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The changes that make a response of other meaning. Names and values are
// JSON; what a change does not mention stays byte for byte.

func wrongID(r object) (object, error) { return r.with("id", otherID(r.get("id"))), nil }

func idTypeChanged(r object) (object, error) {
	id, err := retypedID(r.get("id"))
	return r.with("id", id), err
}

func idFloat(r object) (object, error) {
	id, err := floatID(r.get("id"))
	return r.with("id", id), err
}

func idMissing(r object) (object, error) { return r.without("id"), nil }

func idNullError(object) (object, error) {
	return object{
		{"jsonrpc", `"2.0"`},
		{"error", `{"code":-32600,"message":"Invalid Request"}`},
		{"id", "null"},
	}, nil
}

func versionMissing(r object) (object, error) { return r.without("jsonrpc"), nil }

func versionWrong(r object) (object, error) { return r.with("jsonrpc", `"1.0"`), nil }

// resultAndError adds what of the two is not there.
func resultAndError(r object) (object, error) {
	if r.has("error") {
		return r.with("result", "null"), nil
	}
	return r.with("error", `{"code":-32603,"message":"Internal error"}`), nil
}

func neitherResultNorError(r object) (object, error) { return r.without("result", "error"), nil }

func resultNull(r object) (object, error) {
	return r.without("error").with("result", "null"), nil
}

// failed puts an error in the place of the result.
func failed(value string) change {
	return func(r object) (object, error) {
		if r.has("error") {
			return r.with("error", value), nil
		}
		return r.replaced("result", "error", value), nil
	}
}

func methodAndResult(r object) (object, error) { return r.with("method", `"ping"`), nil }

func extraMembers(r object) (object, error) {
	return r.with("took", "0.25").with("trace", `{"span":[1,2]}`), nil
}

// caseVariantKeys writes every name with another case: Jsonrpc, Result, Id.
func caseVariantKeys(r object) (object, error) {
	varied := make(object, len(r))
	for i, m := range r {
		if m.name != "" {
			m.name = strings.ToUpper(m.name[:1]) + m.name[1:]
		}
		varied[i] = m
	}
	return varied, nil
}

// secondResponse is a second response to the same request, as the Choice
// parameter says.
func secondResponse(param string) faultdaemon.Bytes {
	seconds := map[string]change{
		"other": otherResult,
		"same":  func(r object) (object, error) { return r, nil },
		"error": otherError,
	}
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return extra(seconds[e.Arg(param).String()])(e)
	}
}

// otherError is a response with the same id and an error.
func otherError(r object) (object, error) {
	return r.without("error").replaced("result", "error", `{"code":-32603,"message":"Internal error"}`), nil
}

// otherResult is a response with the same id and another result.
func otherResult(r object) (object, error) {
	return r.without("error").with("result", `"another"`), nil
}

// asRequest is a request of the daemon's with the response's id.
func asRequest(r object) (object, error) {
	if id := r.get("id"); id == "" || id == "null" {
		return nil, faultdaemon.NotFired("the reply has no id")
	}
	return object{{"jsonrpc", `"2.0"`}, {"method", `"ping"`}, {"id", r.get("id")}}, nil
}

// ofNextRequest is the response to the request that comes next.
func ofNextRequest(r object) (object, error) {
	id, err := nextID(r.get("id"))
	return r.with("id", id), err
}
