package lengthprefix

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// ErrCorrupt is wrapped by the error of a message that no peer that speaks the
// protocol could have sent: its magic number is another, its length is
// negative, shorter than what it has to count or not an end of itself.
var ErrCorrupt = errors.New("corrupt message")

// ReadMessage reads one message. A magic number that is another, and a length
// that is negative or does not count all that it has to, wrap ErrCorrupt. It
// peeks at the header: r's buffer must hold that up to the length's end.
func (l Layout) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	head, size, err := l.announced(r, limit)
	if err != nil {
		return head, err
	}
	return readFull(r, size)
}

// MessageSize returns the size that the next message's header announces.
func (l Layout) MessageSize(r *bufio.Reader) (int, error) {
	_, size, err := l.announced(r, math.MaxInt)
	return size, err
}

// SkipMessage reads over one message.
func (l Layout) SkipMessage(r *bufio.Reader, keep int) ([]byte, error) {
	head, size, err := l.announced(r, math.MaxInt)
	if err != nil {
		return head[:min(keep, len(head))], err
	}
	return skipFull(r, size, keep)
}

// announced peeks at a header, and returns it with the size of the message that it
// announces.
func (l Layout) announced(r *bufio.Reader, limit int) (head []byte, size int, err error) {
	if err := l.Validate(); err != nil {
		return nil, 0, err
	}
	head, err = r.Peek(l.lengthEnd())
	if magic := head[:min(len(l.Magic), len(head))]; string(magic) != l.Magic[:len(magic)] {
		return head, 0, fmt.Errorf("%w: it begins with %q, want %q: wrong protocol?", ErrCorrupt, magic, l.Magic)
	}
	if err != nil {
		return head, 0, cut(err, len(head), l.lengthEnd(), "of the header up to its length")
	}
	if l.MaxMessage > 0 {
		limit = min(limit, l.MaxMessage)
	}
	size, err = l.size(head, limit)
	return head, size, err
}

// size returns the size of the message that a header announces.
func (l Layout) size(head []byte, limit int) (int, error) {
	value := l.length(head)
	switch {
	case l.signed() && value > l.most():
		return 0, fmt.Errorf("%w: its length %x is negative", ErrCorrupt, head[l.LengthOffset:])
	case value < l.least():
		return 0, fmt.Errorf("%w: its length is %d and counts at least %d bytes of the header", ErrCorrupt, value, l.least())
	}
	rest := value - l.least() // what is behind the header
	if rest > uint64(max(limit-l.header(), 0)) || l.header() > limit {
		return 0, tooLarge(value, limit)
	}
	size := l.header() + int(rest)
	if size < l.StripBytes {
		return 0, fmt.Errorf("%w: it is %d bytes and StripBytes is %d", ErrCorrupt, size, l.StripBytes)
	}
	return size, nil
}

// readFull reads n bytes of r. What does not fit r's buffer grows with the
// bytes that arrive.
func readFull(r *bufio.Reader, n int) ([]byte, error) {
	if n <= r.Size() {
		message, err := r.Peek(n)
		if err != nil {
			return message, cut(err, len(message), n, "of the message")
		}
		_, err = r.Discard(n)
		return message, err
	}
	var message []byte
	for len(message) < n {
		have := len(message)
		message = slices.Grow(message, min(n-have, max(have, r.Size())))
		got, err := r.Read(message[have:min(n, cap(message))])
		message = message[:have+got]
		if err != nil {
			return message, cut(err, len(message), n, "of the message")
		}
	}
	return message, nil
}

// skipFull reads over a message of n bytes, and returns its first keep bytes.
func skipFull(r *bufio.Reader, n, keep int) ([]byte, error) {
	if n <= r.Size() {
		message, err := readFull(r, n)
		return message[:min(keep, len(message))], err
	}
	return faultdaemon.SkipBytes(r, nil, n, keep)
}

// cut says how much of a message is missing where the stream ended inside it.
func cut(err error, got, want int, of string) error {
	if err == io.EOF && got > 0 {
		return fmt.Errorf("%w: %d of the %d bytes %s: wrong protocol?", io.ErrUnexpectedEOF, got, want, of)
	}
	return err
}

func tooLarge(value uint64, limit int) error {
	return fmt.Errorf("%w: its length is %d, and a message may have %d bytes: wrong protocol?", faultdaemon.ErrTooLarge, value, limit)
}
