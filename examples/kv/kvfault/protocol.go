// Package kvfault is what the tests of package kv adopted of the toolkit: the
// protocol, as a faultdaemon.Protocol, and the faults that only this protocol
// can have. It shares no code with the client that it tests, so that no mistake
// is in both.
package kvfault

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

// KV is the protocol: a header of 18 bytes that ends with the length of the
// body and a CRC-32 (IEEE) of all other bytes, and a body of whatever.
//
//	4b 56  01  01   00 00 00 07  0b 00  00 00 00 05  79 2d da a7  68 65 6c 6c 6f
//	K  V   1   get  request 7           5 bytes      CRC-32       hello
type KV struct{}

const magic = "KV\x01"

// Where the parts of a message begin.
const (
	versionAt   = 2
	operationAt = 3
	idAt        = 4
	shardAt     = 8
	lengthAt    = 10
	sumAt       = 14
	headerSize  = 18
	revisionAt  = 18
	keyAt       = 27
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
	size := headerSize + int64(binary.BigEndian.Uint32(head[lengthAt:]))
	if size > int64(limit) {
		return head, fmt.Errorf("%w: %d bytes are announced, %d allowed", faultdaemon.ErrTooLarge, size, limit)
	}
	var message bytes.Buffer
	if n, err := io.CopyN(&message, r, size); err == io.EOF {
		return message.Bytes(), fmt.Errorf("%w: %d of %d bytes", io.ErrUnexpectedEOF, n, size)
	} else if err != nil {
		return message.Bytes(), err
	}
	if sum(message.Bytes()) != binary.BigEndian.Uint32(message.Bytes()[sumAt:]) {
		return message.Bytes(), fmt.Errorf("%w: its CRC-32 is another", errCorrupt)
	}
	return message.Bytes(), nil
}

// Frame puts a header before the body. What it holds beside magic number,
// version, length and checksum is zero.
func (KV) Frame(body []byte) ([]byte, error) {
	if uint64(len(body)) > math.MaxUint32 {
		return nil, fmt.Errorf("a body of %d bytes: its length has 32 bits", len(body))
	}
	header := make([]byte, headerSize, headerSize+len(body))
	copy(header, magic)
	return seal(append(header, body...)), nil
}

// ExpectsReply is true: this protocol has no notifications.
func (KV) ExpectsReply([]byte) bool { return true }

// Catalogue brings the faults that only this protocol can have.
func (KV) Catalogue() *faultdaemon.Catalogue { return Faults }

// seal writes length and checksum into a message.
func seal(message []byte) []byte {
	binary.BigEndian.PutUint32(message[lengthAt:], uint32(len(message)-headerSize))
	return resum(message)
}

// resum writes the checksum alone, whatever the length says.
func resum(message []byte) []byte {
	binary.BigEndian.PutUint32(message[sumAt:], sum(message))
	return message
}

// sum is the CRC-32 of a message without the bytes of the CRC-32.
func sum(message []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(message[:sumAt]), crc32.IEEETable, message[headerSize:])
}
