package e2e

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
)

// methods are what a daemon of JSON-RPC has; params are an array of one text.
var methods = jsonrpc.Methods{
	"echo": echo,
	"big":  func(json.RawMessage) (any, error) { return big(), nil },
	"size": size,
	"fail": fail,
}

func echo(params json.RawMessage) (any, error) { return oneText(params) }

func size(params json.RawMessage) (any, error) {
	text, err := oneText(params)
	return strconv.Itoa(len(text)), err
}

func oneText(params json.RawMessage) (string, error) {
	var texts []string
	if err := json.Unmarshal(params, &texts); err != nil || len(texts) != 1 {
		return "", &jsonrpc.Error{Code: jsonrpc.CodeInvalidParams, Data: "want one text"}
	}
	return texts[0], nil
}

func fail(json.RawMessage) (any, error) {
	return nil, &jsonrpc.Error{Code: 4, Message: failMessage}
}

func big() string { return strings.Repeat("x", bigSize) }

// large is a text of more bytes than a socket holds that nobody reads.
func large() string { return strings.Repeat("x", largeSize) }
