package lengthprefix

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Damage that only one kind of length can have.

// partOfLength is R with the reply cut off behind the first n bytes of its
// length, n being an Int parameter.
func partOfLength(n string) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(p partOfLengthRenderer, _, reply []byte) ([]byte, error) {
			return p.partOfLength(reply, e.Arg(n).Int())
		})
	}
}

// otherHeader is R with bit 0 changed in the nth byte of the reply's header
// that is neither magic number nor length, n being an Int parameter.
func otherHeader(n string) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(p otherHeaderRenderer, _, reply []byte) ([]byte, error) {
			return p.otherHeader(reply, e.Arg(n).Int())
		})
	}
}

// badMagic is R with bit 0 of the first byte of the reply's magic number
// changed.
func badMagic(e *faultdaemon.Exchange) ([]byte, error) {
	return faultdaemon.Rendered(e, badMagicRenderer.badMagic)
}

// overlong is R with the reply's length in n bytes, n being an Int parameter.
func overlong(n string) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(p overlongRenderer, _, reply []byte) ([]byte, error) {
			return p.overlong(reply, e.Arg(n).Int())
		})
	}
}

// unterminated is n bytes, n being an Int parameter, each of which says that
// the length goes on.
func unterminated(n string) faultdaemon.Bytes {
	return func(e *faultdaemon.Exchange) ([]byte, error) {
		return faultdaemon.Rendered(e, func(unterminatedRenderer, []byte, []byte) ([]byte, error) {
			return bytes.Repeat([]byte{0xff}, int(e.Arg(n).Int())), nil
		})
	}
}

func (l Layout) partOfLength(reply []byte, n int64) ([]byte, error) {
	if _, err := l.field(reply); err != nil {
		return nil, err
	}
	if n >= int64(l.LengthWidth) {
		return nil, faultdaemon.NotFired(fmt.Sprintf("%d bytes of a length of %d are no part of it", n, l.LengthWidth))
	}
	return reply[:l.LengthOffset+int(n)], nil
}

func (l Layout) otherHeader(reply []byte, n int64) ([]byte, error) {
	if _, err := l.field(reply); err != nil {
		return nil, err
	}
	at, err := nth(l.otherBytes(), n)
	if err != nil {
		return nil, err
	}
	return l.flipped(reply, at)
}

func (l Layout) badMagic(_, reply []byte) ([]byte, error) {
	if _, err := l.field(reply); err != nil {
		return nil, err
	}
	return l.flipped(reply, 0)
}

// overlong returns the reply with its length in n bytes: 85 80 00 is 5 in 3.
func (v Varint) overlong(reply []byte, n int64) ([]byte, error) {
	f, err := v.field(reply)
	if err != nil {
		return nil, err
	}
	short := binary.AppendUvarint(nil, f.value)
	if n <= int64(len(short)) {
		return nil, faultdaemon.NotFired(fmt.Sprintf("the length takes %d bytes anyway", len(short)))
	}
	long := append(short, bytes.Repeat([]byte{0x80}, int(n)-len(short))...)
	long[len(short)-1] |= 0x80
	long[len(long)-1] = 0
	return append(long, reply[f.width:]...), nil
}
