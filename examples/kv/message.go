// Package kv is the client of a small key-value daemon. They speak binary
// messages over a Unix socket; a connection carries any number of calls at
// once. All numbers are big endian.
//
//	offset  bytes
//	0       2      magic number     4b 56, "KV"
//	2       1      version          01
//	3       1      operation        01 get, 02 put, 03 delete; in a reply its request's and 80
//	4       4      id               the client's choice; a reply has its request's
//	8       1      shard            of the key: CRC-32 of the key, modulo 16
//	9       1      status           00; in a reply 00 done, 01 no such key, 02 refused
//	10      4      length           of what follows the checksum
//	14      4      checksum         CRC-32 (IEEE) of the 14 bytes before it and of what follows it
//	18      8      revision         the newest that the client has seen; a reply is of that one or a newer
//	26      1      length of the key
//	27      k      key              a reply has its request's
//	27+k    4      length of the value
//	31+k    v      value            in a refusal the reason
//
// What follows the value belongs to later versions, and is passed over.
// Replies may come in any order.
package kv

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// What a message may be.
const (
	MaxMessage = 1 << 20 // bytes, all of them
	MaxKey     = 255     // bytes; a key has one at least
	MaxValue   = MaxMessage - 31 - MaxKey
	Shards     = 16
)

// The parts of a message.
const (
	prefix     = "KV\x01" // magic number and version
	headerSize = 18
	replyBit   = 0x80
)

// An Operation is what a request asks for.
type Operation byte

const (
	Get Operation = 1 + iota
	Put
	Delete
)

// A Status is how it went.
type Status byte

const (
	Done Status = iota
	NoKey
	Refused
)

// A Message is a request or a reply.
type Message struct {
	Operation Operation
	IsReply   bool
	ID        uint32
	Shard     byte
	Status    Status
	Revision  uint64
	Key       string
	Value     []byte
}

// Shard returns the shard that a key belongs to.
func Shard(key string) byte { return byte(crc32.ChecksumIEEE([]byte(key)) % Shards) }

// Bytes returns the message as it goes over the wire. A key or a value that is
// too long, and an empty key, are errors.
func (m Message) Bytes() ([]byte, error) {
	switch {
	case m.Key == "":
		return nil, fmt.Errorf("the key is empty")
	case len(m.Key) > MaxKey:
		return nil, fmt.Errorf("the key is %d bytes, at most %d are allowed", len(m.Key), MaxKey)
	case len(m.Value) > MaxValue:
		return nil, fmt.Errorf("the value is %d bytes, at most %d are allowed", len(m.Value), MaxValue)
	}
	operation := byte(m.Operation)
	if m.IsReply {
		operation |= replyBit
	}
	b := make([]byte, 0, headerSize+13+len(m.Key)+len(m.Value))
	b = append(b, prefix...)
	b = append(b, operation)
	b = binary.BigEndian.AppendUint32(b, m.ID)
	b = append(b, m.Shard, byte(m.Status))
	b = binary.BigEndian.AppendUint32(b, uint32(13+len(m.Key)+len(m.Value)))
	b = append(b, 0, 0, 0, 0) // the checksum
	b = binary.BigEndian.AppendUint64(b, m.Revision)
	b = append(b, byte(len(m.Key)))
	b = append(b, m.Key...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(m.Value)))
	b = append(b, m.Value...)
	binary.BigEndian.PutUint32(b[14:], checksum(b[:headerSize], b[headerSize:]))
	return b, nil
}

// checksum is that of a message: of its header but for the checksum itself, and
// of its body.
func checksum(header, body []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE(header[:14]), crc32.IEEETable, body)
}
