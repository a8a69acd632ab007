package handlers

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"
)

// ReadScript reads a script from a file: a txtar archive where the name ends in
// .txtar or .txt, else NDJSON.
func ReadScript(name string) (*Script, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	parse := ParseNDJSON
	if ext := filepath.Ext(name); ext == ".txtar" || ext == ".txt" {
		parse = ParseTxtar
	}
	s, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// ParseTxtar returns the script of a txtar archive. Each file named request
// begins a request; the files named response that follow are what is replied to
// it, one message each, none where there is none. A name may have a directory,
// which is a remark: hello/request.
//
//	a session
//	-- request --
//	{"method":"status"}
//	-- response --
//	{"result":"running"}
//
// The payload is the file without its last newline. Where it begins with hex:
// or base64: it is the bytes that the rest stands for, white space ignored.
func ParseTxtar(data []byte) (*Script, error) {
	s := &Script{}
	for _, f := range txtar.Parse(data).Files {
		text := strings.TrimSuffix(strings.TrimSuffix(string(f.Data), "\n"), "\r")
		content, err := binary(text)
		if err != nil {
			return nil, fmt.Errorf("handlers: script: %s after request %d: %w", f.Name, len(s.pairs), err)
		}
		switch last := len(s.pairs) - 1; path.Base(f.Name) {
		case "request":
			s.pairs = append(s.pairs, pair{request: content, where: fmt.Sprintf("request %d", len(s.pairs)+1)})
		case "response":
			if last < 0 {
				return nil, fmt.Errorf("handlers: script: %s comes before the first request", f.Name)
			}
			s.pairs[last].replies = append(s.pairs[last].replies, content)
		default:
			return nil, fmt.Errorf("handlers: script: a file is named %q: want request or response", f.Name)
		}
	}
	return s, nil
}

// ParseNDJSON returns the script of a text with one JSON object a line, blank
// lines ignored: the members request and response, or responses with an array
// of them.
//
//	{"request":{"method":"status"},"response":{"result":"running"}}
//	{"request":"ping","responses":["50%","pong"]}
//	{"request":"hex: 01 00","response":"base64:AQI="}
//
// A payload that is a string is the text in it or, where that begins with hex:
// or base64:, the bytes that the rest stands for, white space ignored. Any
// other value is a payload as it stands there. A request without a response
// gets no reply.
func ParseNDJSON(data []byte) (*Script, error) {
	s := &Script{}
	for i, line := range bytes.Split(data, []byte{'\n'}) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		p, err := parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("handlers: script: line %d: %w", i+1, err)
		}
		p.where = fmt.Sprintf("line %d", i+1)
		s.pairs = append(s.pairs, p)
	}
	return s, nil
}

func parseLine(line []byte) (p pair, err error) {
	var entry struct {
		Request   json.RawMessage
		Response  json.RawMessage
		Responses []json.RawMessage
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&entry); err != nil {
		return pair{}, fmt.Errorf("want an object with request and response: %w", err)
	}
	if entry.Request == nil {
		return pair{}, fmt.Errorf("it has no request: %s", short(line))
	}
	if entry.Response != nil {
		entry.Responses = append([]json.RawMessage{entry.Response}, entry.Responses...)
	}
	if p.request, err = content(entry.Request); err != nil {
		return pair{}, err
	}
	for _, value := range entry.Responses {
		reply, err := content(value)
		if err != nil {
			return pair{}, err
		}
		p.replies = append(p.replies, reply)
	}
	return p, nil
}

// content returns the payload that a JSON value stands for.
func content(value json.RawMessage) ([]byte, error) {
	if value[0] != '"' {
		return value, nil
	}
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return nil, err
	}
	return binary(text)
}

// binary returns the bytes that a text stands for.
func binary(text string) ([]byte, error) {
	if digits, found := strings.CutPrefix(text, "hex:"); found {
		return hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	}
	if digits, found := strings.CutPrefix(text, "base64:"); found {
		return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(digits), ""))
	}
	return []byte(text), nil
}
