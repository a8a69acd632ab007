package notes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A request is one line to the daemon: {"id":1,"type":"add","text":"milk"}.
type request struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
	Text string `json:"text,omitempty"`
}

// A reply is one line from the daemon: {"id":1,"ok":true,"notes":["milk"]},
// or {"id":1,"ok":false,"error":"the disk is full"}.
type reply struct {
	ID    int64    `json:"id"`
	OK    *bool    `json:"ok"`
	Error string   `json:"error"`
	Notes []string `json:"notes"`
}

// decode reads the reply to the request with this id out of a line. A line
// that is not exactly one reply, as above and to that request, is an error.
func decode(line []byte, id int64) (reply, error) {
	if !utf8.Valid(line) { // encoding/json would put U+FFFD in silently
		return reply{}, fmt.Errorf("the reply is not UTF-8: %s", short(line))
	}
	var r reply
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return reply{}, fmt.Errorf("the reply %s cannot be read: %w", short(line), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return reply{}, fmt.Errorf("the reply %s has more than one value", short(line))
	}
	switch {
	case r.ID != id:
		return reply{}, fmt.Errorf("the reply is to request %d, not to %d", r.ID, id)
	case r.OK == nil:
		return reply{}, fmt.Errorf(`the reply %s does not say "ok"`, short(line))
	case !*r.OK:
		return reply{}, &DaemonError{r.Error}
	}
	for i, note := range r.Notes {
		if err := checkText(note); err != nil {
			return reply{}, fmt.Errorf("note %d of the reply: %w", i+1, err)
		}
	}
	return r, nil
}

// checkText returns an error for a text that is no note: a note is one line,
// and can be printed on a terminal as it is.
func checkText(text string) error {
	if text == "" {
		return errors.New("a note has at least one character")
	}
	if i := strings.IndexFunc(text, unicode.IsControl); i >= 0 {
		return fmt.Errorf("a note is one line of text, without control characters: %q has one at byte %d", text, i)
	}
	return nil
}

// short quotes the beginning of a line.
func short(line []byte) string {
	const enough = 60
	line = bytes.TrimRight(line, "\n")
	if len(line) > enough {
		return fmt.Sprintf("%q...", line[:enough])
	}
	return fmt.Sprintf("%q", line)
}
