package soak

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A kind is what a message of a client is in JSON-RPC. That is also a message of
// every other protocol here.
type kind string

const (
	call         kind = "call"
	batch        kind = "batch"
	notification kind = "notification"
)

// A message is one of a client's, unlike any other.
type message struct {
	connection, number int
	kind               kind
	size               int // of the padding
}

// request is what the message carries.
func (m message) request() string {
	params := fmt.Sprintf(`"params":["(%d,%d,%s)","%s"]`, m.connection, m.number, m.kind, strings.Repeat("x", m.size))
	one := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":"soak",%s}`, m.number, params)
	switch m.kind {
	case batch:
		return "[" + one + `,{"jsonrpc":"2.0","id":0,"method":"soak"}]`
	case notification:
		return `{"jsonrpc":"2.0","method":"soak",` + params + "}"
	}
	return one
}

// reply is what a healthy daemon answers it with, "" for nothing.
func (m message) reply() string {
	one := fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"result":"%d %s"}`, m.number, m.connection, strings.Repeat("x", m.size))
	switch m.kind {
	case batch:
		return "[" + one + `,{"jsonrpc":"2.0","id":0,"result":0}]`
	case notification:
		return ""
	}
	return one
}

// content is where a message on the wire says which it is.
var content = regexp.MustCompile(`"\((\d+),(\d+),(\w+)\)","(x*)"`)

// parse returns the message that came as these bytes.
func parse(raw []byte) (message, bool) {
	found := content.FindSubmatch(raw)
	if found == nil {
		return message{}, false
	}
	connection, err1 := strconv.Atoi(string(found[1]))
	number, err2 := strconv.Atoi(string(found[2]))
	return message{connection, number, kind(found[3]), len(found[4])}, err1 == nil && err2 == nil
}
