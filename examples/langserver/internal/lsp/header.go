package lsp

import (
	"errors"
	"fmt"
	"mime"
	"strconv"
	"strings"
)

// A header is what the fields before a text say, those that mean something.
type header struct {
	length int // -1 where there is none
}

// field reads one line of a header.
func (h *header) field(line string) error {
	name, value, found := strings.Cut(line, ":")
	if !found {
		return fmt.Errorf("%q is no field of a header", line)
	}
	value = strings.TrimSpace(value)
	switch strings.ToLower(name) {
	case "content-length":
		return h.contentLength(value)
	case "content-type":
		return contentType(value)
	}
	return nil // fields that nobody knows are passed over
}

// contentLength takes digits and nothing else, and no second length that
// differs from the first.
func (h *header) contentLength(value string) error {
	n, err := strconv.ParseUint(value, 10, 31)
	switch {
	case errors.Is(err, strconv.ErrSyntax):
		return fmt.Errorf("Content-Length is %q: want digits", value)
	case err != nil, n > MaxBytes:
		return fmt.Errorf("a message of %s bytes is longer than %d", value, MaxBytes)
	}
	if h.length >= 0 && h.length != int(n) {
		return fmt.Errorf("Content-Length is %d and %d: want one", h.length, n)
	}
	h.length = int(n)
	return nil
}

// contentType takes no charset but UTF-8, of which "utf8" is another spelling.
func contentType(value string) error {
	_, params, err := mime.ParseMediaType(value)
	if err != nil {
		return fmt.Errorf("Content-Type is %q: %w", value, err)
	}
	switch charset := strings.ToLower(params["charset"]); charset {
	case "", "utf-8", "utf8":
		return nil
	default:
		return fmt.Errorf("a message has the charset %q: want utf-8", charset)
	}
}

// check returns what is missing.
func (h *header) check() error {
	if h.length < 0 {
		return errors.New("the header of a message has no Content-Length")
	}
	return nil
}
