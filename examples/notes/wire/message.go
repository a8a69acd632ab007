// Package wire is what a notes client and its daemon say to each other:
// newline-delimited JSON, a request and what comes of it.
//
//	{"id":1,"type":"list"}
//	{"id":1,"ok":true,"notes":["milk","bread"]}
//
//	{"id":2,"type":"add","key":"7QX4","text":"eggs"}
//	{"id":2,"ok":true}
//
//	{"id":3,"type":"import","key":"9ZK2","texts":["tea","jam"]}
//	{"id":3,"progress":40}
//	{"id":3,"progress":100}
//	{"id":3,"ok":true}
//
//	{"id":4,"type":"add","key":"1BD6","text":""}
//	{"id":4,"ok":false,"error":"a note has at least one character"}
//
// A message of progress says how many percent of a request are done, and more
// than the one before; the message with "ok" is the reply, and the last.
//
// A key stands for one change of the notes: the daemon makes it once, however
// often it is asked with that key.
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The types of requests.
const (
	List   = "list"
	Add    = "add"
	Import = "import"
)

// A Request is a message to the daemon.
type Request struct {
	ID    int64    `json:"id"`
	Type  string   `json:"type"`
	Key   string   `json:"key,omitempty"`   // of an add or an import
	Text  string   `json:"text,omitempty"`  // of an add
	Texts []string `json:"texts,omitempty"` // of an import
}

// A Reply is a message from the daemon: progress, or the last one.
type Reply struct {
	ID       int64    `json:"id"` // the request's; 0 where that cannot be read
	Progress *int     `json:"progress,omitempty"`
	OK       *bool    `json:"ok,omitempty"`
	Error    string   `json:"error,omitempty"`
	Notes    []string `json:"notes,omitzero"` // of a list, oldest first
}

// Encode returns a message as its line, newline included. A line that is
// longer than MaxLine is an error.
func Encode(message any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(message); err != nil {
		return nil, err
	}
	if b.Len() > MaxLine {
		return nil, fmt.Errorf("a message of %d bytes is %w", b.Len(), ErrTooLong)
	}
	return b.Bytes(), nil
}

// CheckText returns an error for a text that is no note: a note is one line,
// and can be printed on a terminal as it is.
func CheckText(text string) error {
	if text == "" {
		return errors.New("a note has at least one character")
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("a note is UTF-8, and %.40q is not", text)
	}
	if i := strings.IndexFunc(text, unicode.IsControl); i >= 0 {
		return fmt.Errorf("a note is one line of text, without control characters: %.40q has one at byte %d", text, i)
	}
	return nil
}
