package jsonrpc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// lines is the framing of [Lines].
type lines struct{}

func (lines) String() string { return "Lines" }

func (lines) read(r *bufio.Reader, limit int) ([]byte, error) {
	for {
		line, err := faultdaemon.ReadDelimited(r, '\n', limit)
		if err != nil || !isBlank(line) {
			return line, err
		}
	}
}

// skip reads over one line, and over blank ones before it.
func (lines) skip(r *bufio.Reader, keep int) ([]byte, error) {
	for {
		head, err := faultdaemon.SkipDelimited(r, '\n', max(keep, 512))
		if err != nil || !isBlank(head) {
			return head[:min(keep, len(head))], err
		}
	}
}

func (lines) check(payload []byte) error {
	if i := bytes.IndexByte(payload, '\n'); i >= 0 {
		return fmt.Errorf("a line cannot carry the newline at byte %d of the payload", i)
	}
	if isBlank(payload) {
		return errors.New("a blank line is no message: there is nothing in the payload")
	}
	return nil
}

func (lines) frame(to, text []byte) []byte {
	return append(append(slices.Grow(to, len(text)+1), text...), '\n')
}

func (lines) text(message []byte) ([]byte, error) { return message, nil }

// isBlank reports whether there is nothing but JSON white space.
func isBlank(text []byte) bool { return len(bytes.Trim(text, " \t\r\n")) == 0 }
