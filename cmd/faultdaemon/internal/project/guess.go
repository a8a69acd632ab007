package project

import (
	"bytes"
	"encoding/json"
	"regexp"
)

// LooksLike says what the first bytes of a client look like and, where there is
// one, which protocol reads it: "this looks like lines of text: try --protocol
// lines". It is "" where nothing is recognised.
func LooksLike(sent []byte) string {
	line, _, whole := bytes.Cut(sent, []byte("\n"))
	switch {
	case bytes.HasPrefix(bytes.ToLower(sent), []byte("content-length:")):
		return "this looks like Content-Length headers: try --protocol jsonrpc-headers"
	case !whole:
		return ""
	case json.Valid(line) && bytes.Contains(line, []byte(`"jsonrpc"`)):
		return "this looks like JSON-RPC, one message a line: try --protocol jsonrpc"
	case json.Valid(line):
		return "this looks like JSON, one text a line: try --protocol ndjson"
	}
	return "this looks like lines of text: try --protocol lines"
}

// protocolIn finds the protocol in what a guess says.
var protocolIn = regexp.MustCompile(`--protocol (\S+)$`)

// ProtocolIn returns the protocol that a guess such as that of [LooksLike] names,
// "" where it names none.
func ProtocolIn(guess string) string {
	if found := protocolIn.FindStringSubmatch(guess); found != nil {
		return found[1]
	}
	return ""
}
