package faultdaemon

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
)

// A Skipper is a Protocol that can read over a message without keeping it. In front
// of a real daemon ([Config.Upstream]) what passes unhurt then takes no memory,
// however large it is.
type Skipper interface {
	// SkipMessage reads one whole message, as ReadMessage does, of any size, and
	// returns its first keep bytes, or all where it has no more. The result may
	// alias r's buffer. With an error, too, it returns no more than those.
	SkipMessage(r *bufio.Reader, keep int) ([]byte, error)
}

// A Sizer is a Protocol whose messages say at their beginning how long they are. In
// front of a real daemon, large ones then need not be copied by this process, where
// the system can do without (Linux, between TCP connections).
type Sizer interface {
	// MessageSize returns the size of r's next message, framing included, and
	// reads none of it.
	MessageSize(r *bufio.Reader) (int, error)
}

// SkipDelimited reads to the first delim, as [Skipper] does for protocols whose
// messages end so.
func SkipDelimited(r *bufio.Reader, delim byte, keep int) ([]byte, error) {
	var head []byte
	for skipped := 0; ; {
		if _, err := r.Peek(1); err != nil {
			if err == io.EOF && skipped > 0 {
				err = fmt.Errorf("%w: no terminator: wrong protocol?", io.ErrUnexpectedEOF)
			}
			return head, err
		}
		part, _ := r.Peek(r.Buffered())
		end := bytes.IndexByte(part, delim)
		if end >= 0 {
			part = part[:end+1]
		}
		if end >= 0 && skipped == 0 {
			_, err := r.Discard(len(part))
			return part[:min(keep, len(part))], err
		}
		head = append(head, part[:min(max(keep-len(head), 0), len(part))]...)
		skipped += len(part)
		if _, err := r.Discard(len(part)); err != nil || end >= 0 {
			return head, err
		}
	}
}

// SkipBytes reads n bytes, and returns head with as many of them behind it as make
// keep bytes.
func SkipBytes(r *bufio.Reader, head []byte, n, keep int) ([]byte, error) {
	for n > 0 {
		if _, err := r.Peek(1); err != nil {
			if err == io.EOF {
				err = fmt.Errorf("%w: %d bytes of the message are missing", io.ErrUnexpectedEOF, n)
			}
			return head, err
		}
		part, _ := r.Peek(min(n, r.Buffered()))
		head = append(head, part[:min(max(keep-len(head), 0), len(part))]...)
		n -= len(part)
		if _, err := r.Discard(len(part)); err != nil {
			return head, err
		}
	}
	return head, nil
}
