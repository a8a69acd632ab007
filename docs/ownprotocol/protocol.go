// Package ownprotocol is the example of docs/own-protocol.md: a protocol that
// is in no package of the toolkit, written by hand.
package ownprotocol

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// KV is the protocol of a key-value daemon: a magic number, a version, the
// length of the body and its CRC-32 (IEEE), both big endian, and the body.
//
//	4b 56  01  00 00 00 05  36 10 a6 86  68 65 6c 6c 6f
//	K  V   1   5 bytes      CRC-32       hello
type KV struct{}

const (
	magic      = "KV\x01"
	headerSize = 11
)

var errCorrupt = errors.New("corrupt message")

// ReadMessage reads a header, and as many bytes as it announces. The buffer
// grows with the bytes that arrive, whatever the header says.
func (KV) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	head, err := r.Peek(headerSize)
	if err == io.EOF && len(head) > 0 {
		return head, fmt.Errorf("%w: %d of the %d bytes of a header", io.ErrUnexpectedEOF, len(head), headerSize)
	}
	if err != nil {
		return head, err
	}
	if !bytes.HasPrefix(head, []byte(magic)) {
		return head, fmt.Errorf("%w: it begins with %q, want %q", errCorrupt, head[:len(magic)], magic)
	}
	size := headerSize + int64(binary.BigEndian.Uint32(head[3:]))
	if size > int64(limit) {
		return head, fmt.Errorf("%w: %d bytes are announced, %d allowed", faultdaemon.ErrTooLarge, size, limit)
	}
	var message bytes.Buffer
	if n, err := io.CopyN(&message, r, size); err == io.EOF {
		return message.Bytes(), fmt.Errorf("%w: %d of %d bytes", io.ErrUnexpectedEOF, n, size)
	} else if err != nil {
		return message.Bytes(), err
	}
	if sum(message.Bytes()) != binary.BigEndian.Uint32(message.Bytes()[7:]) {
		return message.Bytes(), fmt.Errorf("%w: its CRC-32 is another", errCorrupt)
	}
	return message.Bytes(), nil
}

// Frame puts a header before the body.
func (KV) Frame(body []byte) ([]byte, error) {
	if uint64(len(body)) > math.MaxUint32 {
		return nil, fmt.Errorf("a body of %d bytes: its length has 32 bits", len(body))
	}
	message := make([]byte, headerSize, headerSize+len(body))
	copy(message, magic)
	binary.BigEndian.PutUint32(message[3:], uint32(len(body)))
	message = append(message, body...)
	return seal(message), nil
}

// ExpectsReply is true: this protocol has no notifications.
func (KV) ExpectsReply([]byte) bool { return true }

// seal writes the checksum of the body.
func seal(message []byte) []byte {
	binary.BigEndian.PutUint32(message[7:], sum(message))
	return message
}

func sum(message []byte) uint32 { return crc32.ChecksumIEEE(message[headerSize:]) }
