package setup

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"strings"
)

// LooksLike says what protocol the first bytes that a client sends look like,
// and how it is named: "this looks like Content-Length headers: try --protocol
// jsonrpc-headers". It returns "" where nothing is recognised.
func LooksLike(sent []byte) string {
	what, name := guess(sent)
	switch {
	case what == "":
		return ""
	case name == "":
		return "this looks like " + what
	}
	return "this looks like " + what + ": try --protocol " + name
}

// LooksLike says what the bytes that a client sends look like, where that is
// not what the daemon reads.
func (s Setup) LooksLike(sent []byte) string {
	if _, name := guess(sent); name == s.Protocol {
		return ""
	}
	return LooksLike(sent)
}

// guess returns what bytes look like, and the protocol that reads it; no
// protocol where none of this command's does.
func guess(sent []byte) (what, name string) {
	if what := foreign(sent); what != "" {
		return what, ""
	}
	switch {
	case contentHeader.Match(sent):
		return "Content-Length headers", "jsonrpc-headers"
	case respRequest.Match(sent):
		return "RESP, the protocol of Redis", "resp"
	}
	if text := bytes.TrimLeft(sent, " \t\r\n"); len(text) > 0 && text[0] == '{' || bytes.HasPrefix(text, []byte(`[{`)) {
		return guessJSON(text)
	}
	if name := guessLayout(sent); name != "" {
		return "messages that begin with their length", name
	}
	switch {
	case len(sent) > 1 && sent[len(sent)-1] == 0 && isPrintable(bytes.ReplaceAll(sent, []byte{0}, nil)):
		return "text that ends with a NUL", "nul"
	case len(sent) > 1 && sent[len(sent)-1] == '\n' && isPrintable(sent):
		return "lines of text", "lines"
	case len(sent) > 0 && isPrintable(sent):
		return "text without a newline or a NUL at its end: the client has to end its messages, or to flush them", ""
	}
	return "", ""
}

// guessJSON tells the framings of JSON apart by what comes behind the first
// text.
func guessJSON(sent []byte) (what, name string) {
	d := json.NewDecoder(bytes.NewReader(sent))
	var first json.RawMessage
	err := d.Decode(&first)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "JSON that has no end: the client has to write all of its request, and to flush it", ""
	}
	isRPC := bytes.Contains(sent, []byte(`"jsonrpc"`))
	rest := bytes.TrimLeft(sent[d.InputOffset():], " \t\r")
	switch newline := len(rest) > 0 && rest[0] == '\n'; {
	case len(rest) > 0 && rest[0] == 0:
		return "JSON texts that end with a NUL", "nul"
	case bytes.IndexByte(bytes.Trim(first, "\n"), '\n') >= 0 && err == nil:
		return "JSON texts of several lines", "jsonrpc-values"
	case isRPC && newline:
		return "JSON-RPC, one message a line", "jsonrpc"
	case isRPC:
		return "JSON-RPC without a newline behind each message", "jsonrpc-values"
	case newline:
		return "JSON, one text a line", "ndjson"
	}
	return "JSON without a newline behind each text", "jsonrpc-values"
}

var (
	contentHeader = regexp.MustCompile(`(?i)\Acontent-(length|type) *:`)
	httpRequest   = regexp.MustCompile(`\A([A-Z]+ \S+ HTTP/1\.[01]\r?\n|PRI \* HTTP/2\.0\r\n)`)
	respRequest   = regexp.MustCompile(`\A\*[0-9]+\r\n\$[0-9]+\r\n`)
)

// foreign is what bytes look like that no protocol of this command reads.
func foreign(sent []byte) string {
	switch {
	case len(sent) > 2 && sent[0] == 0x16 && sent[1] == 0x03 && sent[2] <= 0x04:
		return "TLS: the daemon speaks without it, so have the client connect in the clear"
	case httpRequest.Match(sent):
		return "HTTP, which is out of this command's scope"
	}
	return ""
}

// isPrintable reports whether bytes are a text.
func isPrintable(text []byte) bool {
	return strings.IndexFunc(string(text), func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f || r == '\ufffd'
	}) < 0
}
