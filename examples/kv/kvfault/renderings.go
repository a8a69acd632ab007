package kvfault

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Garbage is what corrupt_response needs. The header is the reply's, with the
// right length and checksum, so that the client has to look at the body.
func (p KV) Garbage(_, reply []byte) ([]byte, error) {
	if _, err := p.valueAt(reply); err != nil {
		return nil, err
	}
	return seal(append(bytes.Clone(reply[:headerSize]), 0x00, 0xfe, 0xff)), nil
}

// TooLarge is what response_too_large needs. What follows the value belongs to
// later versions of the protocol and means nothing: that grows.
func (p KV) TooLarge(_, reply []byte, size int) ([]byte, error) {
	if _, err := p.valueAt(reply); err != nil {
		return nil, err
	}
	return seal(append(bytes.Clone(reply), make([]byte, max(size-len(reply), 0))...)), nil
}

// CanRender says why the faults that are about text do not apply. Without it
// they do not either, for the methods are missing.
func (KV) CanRender(rendering string) error {
	switch rendering {
	case "InvalidJSONRenderer", "EmbeddedNewlinesRenderer", "MultilineRenderer":
		return errors.New("a value is any bytes, not JSON")
	case "WithoutTerminatorRenderer":
		return errors.New("nothing ends a message but its length")
	}
	return nil
}

// Payload returns the body of a message, for handlers of any protocol.
func (KV) Payload(message []byte) ([]byte, error) {
	if len(message) < headerSize {
		return nil, fmt.Errorf("a message of %d bytes has no header of %d", len(message), headerSize)
	}
	return message[headerSize:], nil
}

// Reply returns the message with this body that answers a request: it has the
// request's operation, id and shard.
func (p KV) Reply(request, body []byte) ([]byte, error) {
	if _, err := p.Payload(request); err != nil {
		return nil, err
	}
	reply := append(bytes.Clone(request[:headerSize]), body...)
	reply[operationAt] |= 0x80
	return seal(reply), nil
}

// Selectors are the words by which a plan picks requests: "key=colour",
// "put", "shard=14".
func (p KV) Selectors(request []byte) []string {
	at, err := p.valueAt(request)
	if err != nil {
		return nil
	}
	words := []string{"key=" + string(request[keyAt:at]), fmt.Sprint("shard=", request[shardAt])}
	if name, known := map[byte]string{1: "get", 2: "put", 3: "delete"}[request[operationAt]]; known {
		words = append(words, name)
	}
	return words
}

// valueAt returns the offset of the length of a message's value. A message that
// has none is not one that a fault could be made of.
func (KV) valueAt(message []byte) (int, error) {
	if len(message) < keyAt {
		return 0, faultdaemon.NotFired(fmt.Sprintf("a message of %d bytes has no key", len(message)))
	}
	at := keyAt + int(message[keyAt-1])
	if len(message) < at+4 || uint64(len(message)-at-4) < uint64(binary.BigEndian.Uint32(message[at:])) {
		return 0, faultdaemon.NotFired("key and value are longer than their message")
	}
	return at, nil
}
