package jsonrpc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// maxHeader is how long a header may be, its blank line included.
const maxHeader = 8 << 10

// headers is the framing of [Headers].
type headers struct{}

func (headers) String() string { return "Headers" }

func (headers) read(r *bufio.Reader, limit int) ([]byte, error) {
	message, h, err := readHeader(r, limit)
	if err != nil {
		return message, err
	}
	if h.length > limit-len(message) {
		return message, fmt.Errorf("%w: a header of %d bytes and Content-Length: %s are more than %d bytes",
			faultdaemon.ErrTooLarge, len(message), h.digits, limit)
	}
	whole := len(message) + h.length
	for len(message) < whole {
		if _, err := r.Peek(1); err != nil {
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("%w: %d of the body's %d bytes are missing", io.ErrUnexpectedEOF, whole-len(message), h.length)
			}
			return message, err
		}
		arrived, err := r.Peek(min(r.Buffered(), whole-len(message)))
		if err != nil {
			return message, err
		}
		message = append(message, arrived...)
		if _, err := r.Discard(len(arrived)); err != nil {
			return message, err
		}
	}
	return message, nil
}

// skip reads over one message.
func (headers) skip(r *bufio.Reader, keep int) ([]byte, error) {
	head, h, err := readHeader(r, maxHeader)
	if err != nil {
		return head[:min(keep, len(head))], err
	}
	head, err = faultdaemon.SkipBytes(r, head, h.length, keep)
	return head[:min(keep, len(head))], err
}

// readHeader reads to the blank line and returns the bytes and what they say.
func readHeader(r *bufio.Reader, limit int) ([]byte, header, error) {
	limit = min(limit, maxHeader)
	var block []byte
	h := header{length: -1}
	for {
		line, err := faultdaemon.ReadDelimited(r, '\n', limit-len(block))
		block = append(block, line...)
		switch {
		case errors.Is(err, faultdaemon.ErrTooLarge):
			return block, h, fmt.Errorf("%w: more than %d bytes of header without a blank line", faultdaemon.ErrTooLarge, limit)
		case errors.Is(err, io.EOF) && len(block) > 0:
			return block, h, fmt.Errorf("%w: the header has no blank line", io.ErrUnexpectedEOF)
		case err != nil:
			return block, h, err
		}
		line = trimLineEnd(line)
		if len(line) == 0 {
			break
		}
		if err := h.field(line); err != nil {
			return block, h, err
		}
	}
	if h.length < 0 {
		return block, h, errors.New("the header has no Content-Length")
	}
	return block, h, nil
}

func (headers) check([]byte) error { return nil }

func (headers) frame(to, text []byte) []byte {
	return append(fmt.Appendf(to, "Content-Length: %d\r\n\r\n", len(text)), text...)
}

// text refuses a body whose header names another charset than UTF-8.
func (headers) text(message []byte) ([]byte, error) {
	_, h, err := readHeader(bufio.NewReader(bytes.NewReader(message)), len(message))
	if err != nil {
		return nil, err
	}
	if err := h.readable(); err != nil {
		return nil, err
	}
	return body(message), nil
}

// trimLineEnd takes a line's 0x0A off, and the 0x0D before it.
func trimLineEnd(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})
}
