package lsp

import (
	"errors"
	"fmt"
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
	if strings.EqualFold(name, "Content-Length") {
		return h.contentLength(value)
	}
	return nil // fields that nobody knows are passed over
}

// contentLength takes digits and nothing else.
func (h *header) contentLength(value string) error {
	n, err := strconv.ParseUint(value, 10, 31)
	switch {
	case errors.Is(err, strconv.ErrSyntax):
		return fmt.Errorf("Content-Length is %q: want digits", value)
	case err != nil, n > MaxBytes:
		return fmt.Errorf("a message of %s bytes is longer than %d", value, MaxBytes)
	}
	h.length = int(n)
	return nil
}

// check returns what is missing.
func (h *header) check() error {
	if h.length < 0 {
		return errors.New("the header of a message has no Content-Length")
	}
	return nil
}
