package jsonrpc

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// values is the framing of [Values].
type values struct{}

func (values) String() string { return "Values" }

// read cuts one text off the stream. White space behind it that has arrived
// already belongs to nobody and is taken off too: a wait for the next request
// would take it for the beginning of one.
func (values) read(r *bufio.Reader, limit int) ([]byte, error) {
	if err := skipSpace(r); err != nil {
		return nil, err
	}
	message, err := readText(r, limit)
	if err != nil {
		return message, err
	}
	return message, skipArrivedSpace(r)
}

// readText reads the text that begins with r's next byte.
func readText(r *bufio.Reader, limit int) ([]byte, error) {
	var s scanner
	var before []byte // of a text that one look at r does not hold
	for {
		if _, err := r.Peek(1); err != nil {
			switch {
			case !errors.Is(err, io.EOF):
				return before, err
			case s.endsAtEOF():
				return before, nil
			}
			return before, fmt.Errorf("%w: the JSON text has no end", io.ErrUnexpectedEOF)
		}
		arrived, err := r.Peek(r.Buffered())
		if err != nil {
			return before, err
		}
		n, whole := s.scan(arrived)
		if len(before)+n > limit {
			return append(before, arrived[:n]...), fmt.Errorf("%w: more than %d bytes of JSON", faultdaemon.ErrTooLarge, limit)
		}
		if _, err := r.Discard(n); err != nil {
			return before, err
		}
		if whole && before == nil {
			return arrived[:n:n], nil
		}
		before = append(before, arrived[:n]...)
		if whole {
			return before, nil
		}
	}
}

// skipSpace reads to the first byte that is no white space.
func skipSpace(r *bufio.Reader) error {
	for {
		if _, err := r.Peek(1); err != nil {
			return err
		}
		if err := skipArrivedSpace(r); err != nil || r.Buffered() > 0 {
			return err
		}
	}
}

// skipArrivedSpace discards white space, without waiting for any.
func skipArrivedSpace(r *bufio.Reader) error {
	arrived, err := r.Peek(r.Buffered())
	if err != nil {
		return err
	}
	_, err = r.Discard(jsonedit.SkipSpace(arrived, 0))
	return err
}

func (values) check(payload []byte) error {
	if len(payload) == 0 || payload[0] != '{' && payload[0] != '[' && payload[0] != '"' || !json.Valid(payload) {
		return fmt.Errorf("a stream of values cannot carry %s: want a JSON object, array or string", excerpt(payload))
	}
	return nil
}

func (values) frame(to, text []byte) []byte { return append(to, bytes.TrimRight(text, " \t\r\n")...) }

func (values) text(message []byte) ([]byte, error) { return message, nil }
