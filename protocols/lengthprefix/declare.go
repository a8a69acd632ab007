package lengthprefix

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A declaringRenderer can have its messages declare another length: both kinds
// can.
type declaringRenderer interface {
	field(message []byte) (field, error)
	declare(message []byte, value uint64) ([]byte, error)
}

// A field is the length in the header of one message.
type field struct {
	value uint64 // what it says
	least uint64 // what it would say of a message without a payload
	ones  uint64 // what it says when all its bits are set
	width int    // its bytes
}

// A lie is what a length says instead.
type lie func(*faultdaemon.Exchange, field) (uint64, error)

// declaring is R with another length in the header of the reply. The bytes
// behind the length are the same.
func declaring(to lie) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(p declaringRenderer, _, reply []byte) ([]byte, error) {
			f, err := p.field(reply)
			if err != nil {
				return nil, err
			}
			value, err := to(e, f)
			switch {
			case err != nil:
				return nil, err
			case value > f.ones:
				return nil, faultdaemon.NotFired(fmt.Sprintf("a length of %d bytes cannot say %d", f.width, value))
			case value == f.value:
				return nil, faultdaemon.NotFired(fmt.Sprintf("the length is %d already", value))
			}
			return p.declare(reply, value)
		})
	}
}

// fewer is k less than the length, k being an Int parameter.
func fewer(k string) lie {
	return func(e *faultdaemon.Exchange, f field) (uint64, error) {
		n := uint64(e.Arg(k).Int())
		if n > f.value-f.least {
			return 0, faultdaemon.NotFired(fmt.Sprintf("the reply has %d bytes behind its header, not %d", f.value-f.least, n))
		}
		return f.value - n, nil
	}
}

// more is k more than the length, k being an Int parameter.
func more(k string) lie {
	return func(e *faultdaemon.Exchange, f field) (uint64, error) {
		n := uint64(e.Arg(k).Int())
		if n > f.ones-f.value {
			return 0, faultdaemon.NotFired(fmt.Sprintf("a length of %d bytes cannot say %d more than %d", f.width, n, f.value))
		}
		return f.value + n, nil
	}
}

// allOnes is the largest number that fits.
func allOnes(_ *faultdaemon.Exchange, f field) (uint64, error) { return f.ones, nil }

// negative is the length with its highest bit set.
func negative(_ *faultdaemon.Exchange, f field) (uint64, error) {
	return f.value | (f.ones ^ f.ones>>1), nil
}

// belowHeader is one less than what the length counts of the header.
func belowHeader(_ *faultdaemon.Exchange, f field) (uint64, error) { return f.least - 1, nil }

// withItself counts the length's own bytes too.
func withItself(_ *faultdaemon.Exchange, f field) (uint64, error) {
	return f.value + uint64(f.width), nil
}

// withoutItself does not count the length's own bytes.
func withoutItself(_ *faultdaemon.Exchange, f field) (uint64, error) {
	return f.value - uint64(f.width), nil
}

// swapped has the other byte order.
func swapped(_ *faultdaemon.Exchange, f field) (uint64, error) {
	return bits.ReverseBytes64(f.value) >> (64 - 8*f.width), nil
}

// field reads the length of a reply. A reply that is no message of the layout
// does not fire.
func (l Layout) field(message []byte) (field, error) {
	if len(message) < l.header() {
		return field{}, faultdaemon.NotFired(fmt.Sprintf("a reply of %d bytes has no header of %d", len(message), l.header()))
	}
	f := field{value: l.length(message), least: l.least(), ones: l.ones(), width: l.LengthWidth}
	if f.value < f.least {
		return field{}, faultdaemon.NotFired(fmt.Sprintf("the reply's length is %d already, below its header", f.value))
	}
	return f, nil
}

// declare returns the message with another length, sealed.
func (l Layout) declare(message []byte, value uint64) ([]byte, error) {
	lying := bytes.Clone(message)
	l.putLength(lying, value)
	return l.sealed(lying)
}

func (v Varint) field(message []byte) (field, error) {
	value, width := binary.Uvarint(message)
	if width <= 0 {
		return field{}, faultdaemon.NotFired(fmt.Sprintf("a reply of %d bytes has no length", len(message)))
	}
	return field{value: value, ones: math.MaxUint64, width: width}, nil
}

// declare returns the message with another length, in as many bytes as that
// takes.
func (v Varint) declare(message []byte, value uint64) ([]byte, error) {
	payload, err := v.Payload(message)
	if err != nil {
		return nil, err
	}
	return append(binary.AppendUvarint(nil, value), payload...), nil
}
