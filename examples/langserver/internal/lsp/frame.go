package lsp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MaxBytes is the longest text that a message may carry, either way.
const MaxBytes = 1 << 20

// maxHeader is how long a header may be, its blank line included.
const maxHeader = 4 << 10

// Frame returns the message that carries a text.
func Frame(text []byte) []byte {
	return append(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(text)), text...)
}

// Read reads one message and returns the text that it carries. The end of the
// stream is io.EOF between two messages and io.ErrUnexpectedEOF inside one; any
// error means that the place in the stream is lost.
func Read(r *bufio.Reader) ([]byte, error) {
	length, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(r, text); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("the body of a message: %w", err)
	}
	return text, nil
}

// readHeader reads to the blank line and returns the Content-Length.
func readHeader(r *bufio.Reader) (length int, err error) {
	h := header{length: -1}
	for size := 0; ; {
		line, err := r.ReadSlice('\n')
		size += len(line)
		switch {
		case errors.Is(err, bufio.ErrBufferFull), size > maxHeader:
			return 0, fmt.Errorf("the header of a message is longer than %d bytes", maxHeader)
		case errors.Is(err, io.EOF) && size > 0:
			return 0, fmt.Errorf("the header of a message: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return 0, err
		}
		field := strings.TrimRight(string(line), "\r\n")
		if field == "" {
			return h.length, h.check()
		}
		if err := h.field(field); err != nil {
			return 0, err
		}
	}
}
