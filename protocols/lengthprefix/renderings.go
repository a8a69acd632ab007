package lengthprefix

import (
	"bytes"
	"encoding/binary"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The renderings that the generic faults need of both kinds. A reply that has
// no header of the layout is none that they could damage: the fault does not
// fire.

var (
	_ faultdaemon.GarbageRenderer  = Layout{}
	_ faultdaemon.TooLargeRenderer = Layout{}
	_ faultdaemon.GarbageRenderer  = Varint{}
	_ faultdaemon.TooLargeRenderer = Varint{}
)

// garbage is neither UTF-8 nor JSON nor a Protocol Buffers message.
const garbage = "\x00\xfe\xffgarbage\x00"

// Garbage returns the reply's header, with the right length, before bytes that
// are nobody's payload.
func (l Layout) Garbage(_, reply []byte) ([]byte, error) {
	header, _, err := l.split(reply)
	if err != nil {
		return nil, faultdaemon.NotFired(err.Error())
	}
	return l.framed(header, []byte(garbage))
}

// TooLarge pads the payload with spaces, which mean nothing at the end of JSON
// and of most text. It does not look at MaxMessage. A size that the length
// cannot say does not fire.
func (l Layout) TooLarge(_, reply []byte, size int) ([]byte, error) {
	header, payload, err := l.split(reply)
	if err != nil {
		return nil, faultdaemon.NotFired(err.Error())
	}
	message, err := l.framed(header, padded(payload, size-len(header)))
	if err != nil {
		return nil, faultdaemon.NotFired(err.Error())
	}
	return message, nil
}

// Garbage returns bytes that are nobody's payload, framed.
func (v Varint) Garbage(_, _ []byte) ([]byte, error) { return v.framed([]byte(garbage)), nil }

// TooLarge pads the payload with spaces, which mean nothing at the end of JSON
// and of most text. It does not look at MaxMessage.
func (v Varint) TooLarge(_, reply []byte, size int) ([]byte, error) {
	payload, err := v.Payload(reply)
	if err != nil {
		return nil, faultdaemon.NotFired(err.Error())
	}
	n := max(len(payload), size-binary.MaxVarintLen64)
	for n+varintWidth(n) < size {
		n++
	}
	return v.framed(padded(payload, n)), nil
}

// padded returns the payload with spaces to size bytes.
func padded(payload []byte, size int) []byte {
	missing := max(size-len(payload), 0)
	return append(bytes.Clone(payload), bytes.Repeat([]byte{' '}, missing)...)
}

// varintWidth is how many bytes a length takes.
func varintWidth(n int) int { return len(binary.AppendUvarint(nil, uint64(n))) }
