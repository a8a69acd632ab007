package jsonrpc_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"strconv"
	"strings"
)

// The most that the client takes, in bytes, before it gives up a connection.
const (
	maxMessage = 1 << 20
	maxHeader  = 4 << 10
)

// readAhead is how many bytes the client reads at once.
const readAhead = 64 << 10

// A framing puts JSON texts on a connection.
type framing struct {
	frame func(text []byte) []byte
	texts func(io.Reader) texts
}

// texts reads one text after the other. An io.EOF is an end between two of
// them; inside of one, the end is an io.ErrUnexpectedEOF.
type texts interface {
	next() ([]byte, error)
}

var (
	onLines = framing{
		frame: func(text []byte) []byte { return append(text, '\n') },
		texts: func(r io.Reader) texts { return lineTexts{bufio.NewReaderSize(r, readAhead)} },
	}
	withHeaders = framing{
		frame: func(text []byte) []byte {
			return append(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(text)), text...)
		},
		texts: func(r io.Reader) texts { return headerTexts{bufio.NewReaderSize(r, readAhead)} },
	}
	asValues = framing{
		frame: func(text []byte) []byte { return text },
		texts: func(r io.Reader) texts {
			l := &io.LimitedReader{R: r}
			return valueTexts{json.NewDecoder(l), l}
		},
	}
)

// lineTexts ends a text at a newline and nowhere else, and passes blank lines
// over.
type lineTexts struct{ r *bufio.Reader }

func (t lineTexts) next() ([]byte, error) {
	for {
		line, err := readLine(t.r, maxMessage)
		if err != nil || len(bytes.TrimSpace(line)) > 0 {
			return line, err
		}
	}
}

// readLine reads to the newline, at most limit bytes. The line is valid until
// the next.
func readLine(r *bufio.Reader, limit int) (line []byte, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if err == nil && line == nil && len(part) <= limit {
			return part, nil
		}
		line = append(line, part...)
		switch {
		case len(line) > limit:
			return nil, fmt.Errorf("a line of more than %d bytes", limit)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(line) > 0:
			return nil, io.ErrUnexpectedEOF
		default:
			return line, err
		}
	}
}

// headerTexts takes a text by the length in its header, and looks at the
// length before it takes memory.
type headerTexts struct{ r *bufio.Reader }

func (t headerTexts) next() ([]byte, error) {
	length, err := t.header()
	if err != nil {
		return nil, err
	}
	if length > maxMessage {
		return nil, fmt.Errorf("a body of %d bytes, %d are allowed", length, maxMessage)
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(t.r, text); err != nil {
		return nil, inside(err)
	}
	return text, nil
}

// header reads to the blank line. Names are compared without their case, a
// length is digits, and two lengths are an error unless they agree; fields
// that mean nothing here are passed over.
func (t headerTexts) header() (length uint64, err error) {
	digits := ""
	for left, first := maxHeader, true; ; first = false {
		line, err := readLine(t.r, left)
		switch {
		case errors.Is(err, io.EOF) && !first:
			return 0, io.ErrUnexpectedEOF
		case err != nil:
			return 0, err
		}
		left -= len(line)
		field := strings.TrimSuffix(strings.TrimSuffix(string(line), "\n"), "\r")
		if field == "" {
			break
		}
		name, value, found := strings.Cut(field, ":")
		value = strings.Trim(value, " \t")
		switch name = strings.ToLower(name); {
		case !found:
			return 0, fmt.Errorf("a header with the line %q", field)
		case name == "content-type" && !isUTF8(value):
			return 0, fmt.Errorf("a body of the type %q, which is not UTF-8", value)
		case name == "content-length" && digits != "" && digits != value:
			return 0, fmt.Errorf("a header with the lengths %s and %s", digits, value)
		case name == "content-length":
			digits = value
		}
	}
	length, err = strconv.ParseUint(digits, 10, 64) // takes no sign
	if err != nil {
		return 0, fmt.Errorf("a header with the length %q: %w", digits, err)
	}
	return length, nil
}

func isUTF8(contentType string) bool {
	_, params, err := mime.ParseMediaType(contentType)
	charset := strings.ToLower(params["charset"])
	return err == nil && (charset == "" || charset == "utf-8" || charset == "utf8")
}

// valueTexts ends a text where its JSON ends. The decoder reads ahead, so that
// the limit is one on what is read for a text and not on the text itself.
type valueTexts struct {
	d     *json.Decoder
	limit *io.LimitedReader
}

func (t valueTexts) next() ([]byte, error) {
	var text json.RawMessage
	t.limit.N = maxMessage
	err := t.d.Decode(&text)
	if err != nil && t.limit.N <= 0 {
		return nil, fmt.Errorf("a value of more than %d bytes", maxMessage)
	}
	return text, err
}

// inside is err where there should have been more.
func inside(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
