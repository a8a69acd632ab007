package kv

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrCorrupt is wrapped by the error of a message that nobody who speaks the
// protocol has sent like this.
var ErrCorrupt = errors.New("corrupt message")

// ErrTooLong is wrapped by the error of a message of more than MaxMessage
// bytes.
var ErrTooLong = errors.New("message too long")

// ReadMessage reads one message and not a byte more. The error is io.EOF when r
// ends before the first byte of one, and wraps io.ErrUnexpectedEOF when r ends
// inside. No memory is set aside for a length before it is known to be allowed.
func ReadMessage(r io.Reader) (Message, error) {
	header := make([]byte, headerSize)
	if n, err := io.ReadFull(r, header); err == io.ErrUnexpectedEOF {
		return Message{}, fmt.Errorf("%w: %d of the %d bytes of a header", err, n, headerSize)
	} else if err != nil {
		return Message{}, err
	}
	if string(header[:len(prefix)]) != prefix {
		return Message{}, fmt.Errorf("%w: it begins with %q, want %q", ErrCorrupt, header[:len(prefix)], prefix)
	}
	length := binary.BigEndian.Uint32(header[10:])
	if length > MaxMessage-headerSize {
		return Message{}, fmt.Errorf("%w: %d bytes and a header, at most %d in all are allowed", ErrTooLong, length, MaxMessage)
	}
	body := make([]byte, length)
	if n, err := io.ReadFull(r, body); err == io.EOF || err == io.ErrUnexpectedEOF {
		return Message{}, fmt.Errorf("%w: %d of the %d bytes behind a header", io.ErrUnexpectedEOF, n, length)
	} else if err != nil {
		return Message{}, err
	}
	if got, want := checksum(header, body), binary.BigEndian.Uint32(header[14:]); got != want {
		return Message{}, fmt.Errorf("%w: its checksum is %08x, that of its bytes %08x", ErrCorrupt, want, got)
	}
	return decode(header, body)
}

// decode takes a message apart whose checksum is right: it may still be
// nonsense.
func decode(header, body []byte) (Message, error) {
	m := Message{
		Operation: Operation(header[3] &^ replyBit),
		IsReply:   header[3]&replyBit != 0,
		ID:        binary.BigEndian.Uint32(header[4:]),
		Shard:     header[8],
		Status:    Status(header[9]),
	}
	if m.Operation < Get || m.Operation > Delete || m.Status > Refused || m.Shard >= Shards {
		return Message{}, fmt.Errorf("%w: operation %02x, shard %d, status %02x", ErrCorrupt, header[3], m.Shard, m.Status)
	}
	if len(body) < 9 {
		return Message{}, fmt.Errorf("%w: %d bytes are no revision and no key", ErrCorrupt, len(body))
	}
	m.Revision = binary.BigEndian.Uint64(body)
	keySize, rest := int(body[8]), body[9:]
	if keySize == 0 || len(rest) < keySize+4 {
		return Message{}, fmt.Errorf("%w: a key of %d bytes and the length of a value in %d", ErrCorrupt, keySize, len(rest))
	}
	m.Key, rest = string(rest[:keySize]), rest[keySize:]
	valueSize, rest := binary.BigEndian.Uint32(rest), rest[4:]
	if uint64(valueSize) > uint64(len(rest)) {
		return Message{}, fmt.Errorf("%w: a value of %d bytes in %d", ErrCorrupt, valueSize, len(rest))
	}
	m.Value = rest[:valueSize:valueSize]
	return m, nil
}
