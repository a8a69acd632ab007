package lengthprefix

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Layout says where a message of fixed header fields has its length. The
// numbers mean what they mean to Netty's LengthFieldBasedFrameDecoder:
//
//	bytes of a message = value of the length + LengthAdjust + LengthOffset + LengthWidth
//
// "hello" in the layouts Layout{LengthWidth: 2}, whose length counts what is
// behind it, and Layout{LengthWidth: 2, LengthAdjust: -2}, whose length counts
// itself too:
//
//	00 05 68 65 6c 6c 6f
//	00 07 68 65 6c 6c 6f
//
// The zero Layout has no length, which Validate refuses. A Layout is a
// faultdaemon.Protocol and is safe for concurrent use as long as nobody writes
// to its fields.
type Layout struct {
	// LengthOffset is how many bytes come before the length.
	LengthOffset int

	// LengthWidth is the size of the length in bytes: 1, 2, 3, 4 or 8.
	LengthWidth int

	// LengthAdjust is added to the value of the length to have the number of
	// bytes behind it. It is negative where the length counts more than
	// those: -LengthWidth where it counts itself. It is positive where the
	// header goes on behind the length and the length does not count that:
	// by so many bytes.
	LengthAdjust int

	// StripBytes is how many bytes of a message a payload handler does not
	// see; its reply gets them from the request. 0 is the whole header:
	// LengthOffset and LengthWidth and a positive LengthAdjust. Less than
	// the first two together is refused: the length is not the handler's.
	// (Netty's 0 strips nothing: that is what a plain ResponseHandler sees.)
	StripBytes int

	// Order is the byte order of the length; nil is big endian.
	Order binary.ByteOrder

	// MaxMessage is the longest message, header included, that is read or
	// framed; 0 is no limit but the daemon's own.
	MaxMessage int

	// Signed says that the length is a signed integer: one whose highest bit
	// is set is negative, and no message has it. A length of 8 bytes is
	// always signed.
	Signed bool

	// Magic is what every message begins with; LengthOffset counts it.
	Magic string

	// Answer, where it is set, turns the header of a request into that of
	// its reply: it writes into header, StripBytes of a copy, a type that
	// differs between the two. It is called concurrently.
	Answer func(header []byte)

	// Seal, where it is set, finishes a message before it is sent: it writes
	// a checksum and returns the message, as long as it was. The length
	// stands in it already and may be a lie. Room for a checksum is a part of
	// the header, or of the payload where it comes last. Seal may be called
	// more than once for a message, and concurrently for several.
	Seal func(message []byte) []byte
}

var _ faultdaemon.Protocol = Layout{}

// What a header may be at most: the daemon's read buffer has to hold what
// comes before the length and the length itself.
const (
	maxHeader = 4096
	maxAdjust = 1 << 20
)

// Validate returns what is wrong with the layout, nil when nothing is. Start
// asks it.
func (l Layout) Validate() error {
	switch l.LengthWidth {
	case 1, 2, 3, 4, 8:
	default:
		return fmt.Errorf("lengthprefix: LengthWidth is %d: want 1, 2, 3, 4 or 8 bytes", l.LengthWidth)
	}
	switch {
	case l.LengthOffset < 0 || l.lengthEnd() > maxHeader:
		return fmt.Errorf("lengthprefix: LengthOffset is %d: want 0 to %d", l.LengthOffset, maxHeader-l.LengthWidth)
	case l.LengthAdjust < -maxAdjust || l.LengthAdjust > maxAdjust:
		return fmt.Errorf("lengthprefix: LengthAdjust is %d: want %d to %d", l.LengthAdjust, -maxAdjust, maxAdjust)
	case l.least() > l.most():
		return fmt.Errorf("lengthprefix: LengthAdjust is %d: a length of %d bytes says at most %d, so that no message could be", l.LengthAdjust, l.LengthWidth, l.most())
	case l.StripBytes != 0 && l.StripBytes < l.lengthEnd():
		return fmt.Errorf("lengthprefix: StripBytes is %d: want 0 (the whole header of %d bytes) or at least the %d up to the length's end", l.StripBytes, l.header(), l.lengthEnd())
	case l.MaxMessage < 0 || l.MaxMessage > 0 && l.MaxMessage < max(l.header(), l.StripBytes):
		return fmt.Errorf("lengthprefix: MaxMessage is %d: want 0 (no limit) or at least the %d bytes of a header", l.MaxMessage, max(l.header(), l.StripBytes))
	case len(l.Magic) > l.LengthOffset:
		return fmt.Errorf("lengthprefix: Magic %q is %d bytes and LengthOffset %d: the length comes after the magic number", l.Magic, len(l.Magic), l.LengthOffset)
	}
	return nil
}

// ExpectsReply is true: a header does not tell requests from notifications.
// A handler that does not reply returns nil.
func (l Layout) ExpectsReply([]byte) bool { return true }

// Catalogue returns [Faults].
func (l Layout) Catalogue() *faultdaemon.Catalogue { return Faults }

// lengthEnd is the offset of the first byte behind the length.
func (l Layout) lengthEnd() int { return l.LengthOffset + l.LengthWidth }

// header is the size of the header, and so of the shortest message.
func (l Layout) header() int { return l.lengthEnd() + max(l.LengthAdjust, 0) }

// strip is how many bytes a payload handler does not see.
func (l Layout) strip() int {
	if l.StripBytes == 0 {
		return l.header()
	}
	return l.StripBytes
}

// signed reports whether a length can be negative.
func (l Layout) signed() bool { return l.Signed || l.LengthWidth == 8 }

// most is the largest value of a length, least the smallest one that counts
// all that it has to.
func (l Layout) most() uint64 {
	if l.signed() {
		return l.ones() >> 1
	}
	return l.ones()
}

func (l Layout) least() uint64 { return uint64(max(-l.LengthAdjust, 0)) }

// ones is a length all of whose bits are set.
func (l Layout) ones() uint64 { return math.MaxUint64 >> (64 - 8*l.LengthWidth) }

// length returns the value of the length in a header.
func (l Layout) length(header []byte) uint64 {
	field := header[l.LengthOffset:l.lengthEnd()]
	var value uint64
	for i := range field {
		if l.bigEndian() {
			value = value<<8 | uint64(field[i])
		} else {
			value |= uint64(field[i]) << (8 * i)
		}
	}
	return value
}

// putLength writes a length into a header, as many of its low bytes as there
// is room for.
func (l Layout) putLength(header []byte, value uint64) {
	field := header[l.LengthOffset:l.lengthEnd()]
	for i := range field {
		if l.bigEndian() {
			field[len(field)-1-i] = byte(value)
		} else {
			field[i] = byte(value)
		}
		value >>= 8
	}
}

func (l Layout) bigEndian() bool {
	return l.Order == nil || l.Order.Uint16([]byte{0, 1}) == 1
}
