package lengthprefix

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Varint is the framing whose length is an unsigned base-128 varint, lowest
// 7 bits first, and counts the payload alone: that of Protocol Buffers'
// writeDelimitedTo, of Bazel's workers and of sourcegraph/jsonrpc2's
// VarintObjectCodec. 300 is ac 02 (Protocol Buffers, "Encoding", "Base 128
// Varints"); "hello" is
//
//	05 68 65 6c 6c 6f
//
// A length may be longer than it has to be (85 00 is 5), up to 10 bytes and 64
// bits. The zero value has no limit. A Varint is a faultdaemon.Protocol, safe
// for concurrent use.
type Varint struct {
	// MaxMessage is the longest message, length included, that is read or
	// framed; 0 is no limit but the daemon's own.
	MaxMessage int
}

var _ faultdaemon.Protocol = Varint{}

// Validate returns what is wrong with the limit, nil when nothing is.
func (v Varint) Validate() error {
	if v.MaxMessage < 0 {
		return fmt.Errorf("lengthprefix: MaxMessage is %d: want 0 (no limit) or more", v.MaxMessage)
	}
	return nil
}

// ReadMessage reads one message. A length that does not end within 10 bytes or
// exceeds 64 bits wraps ErrCorrupt.
func (v Varint) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	head, size, err := v.announced(r, limit)
	if err != nil {
		return head, err
	}
	return readFull(r, size)
}

// MessageSize returns the size that the next message's length announces.
func (v Varint) MessageSize(r *bufio.Reader) (int, error) {
	_, size, err := v.announced(r, math.MaxInt)
	return size, err
}

// SkipMessage reads over one message.
func (v Varint) SkipMessage(r *bufio.Reader, keep int) ([]byte, error) {
	head, size, err := v.announced(r, math.MaxInt)
	if err != nil {
		return head[:min(keep, len(head))], err
	}
	return skipFull(r, size, keep)
}

// announced peeks at a length, and returns what there is of it with the size of the
// message that it announces.
func (v Varint) announced(r *bufio.Reader, limit int) (head []byte, size int, err error) {
	if v.MaxMessage > 0 {
		limit = min(limit, v.MaxMessage)
	}
	for n := 1; ; n++ {
		head, err := r.Peek(n)
		if err != nil {
			return head, 0, cut(err, len(head), n, "or more of the length")
		}
		switch value, width := binary.Uvarint(head); {
		case width < 0 || width == 0 && n == binary.MaxVarintLen64:
			return head, 0, fmt.Errorf("%w: its length %x exceeds 64 bits: wrong protocol?", ErrCorrupt, head)
		case width == 0: // goes on
		case value > uint64(max(limit-width, 0)) || width > limit:
			return head, 0, tooLarge(value, limit)
		default:
			return head, width + int(value), nil
		}
	}
}

// Frame returns the message with this payload. One of more than MaxMessage
// bytes is an error.
func (v Varint) Frame(payload []byte) ([]byte, error) {
	message := v.framed(payload)
	if v.MaxMessage > 0 && len(message) > v.MaxMessage {
		return nil, fmt.Errorf("lengthprefix: a message of %d bytes exceeds MaxMessage, %d", len(message), v.MaxMessage)
	}
	return message, nil
}

// Reply is Frame: there is nothing of a request to keep.
func (v Varint) Reply(_, payload []byte) ([]byte, error) { return v.Frame(payload) }

// Payload returns what a message carries. It is a part of message, and not nil
// where it is empty.
func (v Varint) Payload(message []byte) ([]byte, error) {
	_, width := binary.Uvarint(message)
	if width <= 0 {
		return nil, fmt.Errorf("lengthprefix: a message of %d bytes has no length", len(message))
	}
	return message[width:], nil
}

// ExpectsReply is true: a length does not tell requests from notifications. A
// handler that does not reply returns nil.
func (v Varint) ExpectsReply([]byte) bool { return true }

// Catalogue returns [Faults].
func (v Varint) Catalogue() *faultdaemon.Catalogue { return Faults }

// Handler returns a ResponseHandler that gives h the payload of the request
// and frames what h returns. What nil, empty and too long results do is what
// they do in [Layout.Handler].
func (v Varint) Handler(h func(payload []byte) []byte) faultdaemon.ResponseHandler {
	return handler(v, h)
}

// Config returns a Config that speaks the framing and answers with h, as
// Handler does. A nil h echoes.
func (v Varint) Config(h func(payload []byte) []byte) faultdaemon.Config {
	return config(v, h)
}

func (v Varint) framed(payload []byte) []byte {
	return append(binary.AppendUvarint(nil, uint64(len(payload))), payload...)
}
