package lengthprefix

import (
	"encoding/binary"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

var (
	_ faultdaemon.Dissector = Layout{}
	_ faultdaemon.Dissector = Varint{}
)

// Dissect returns the magic number, what stands before the length, the length,
// what stands behind it, and the payload, which is no data where Seal covers
// it with a checksum.
//
//	I3: 69 33 2d 69 70 63 | 02 00 00 00 | 01 00 00 00 | 5b 5d
//	    magic             | length      | header      | payload
func (l Layout) Dissect(message []byte) []faultdaemon.Field {
	payload := faultdaemon.DataField
	if l.Seal != nil {
		payload = faultdaemon.FramingField
	}
	return cutInto(message, []faultdaemon.Field{
		{Name: "magic", Size: len(l.Magic)},
		{Name: "header", Size: l.LengthOffset - len(l.Magic)},
		{Name: "length", Size: l.LengthWidth},
		{Name: "header", Size: max(l.strip(), l.header()) - l.lengthEnd()},
		{Name: "payload", Size: len(message), Kind: payload},
	})
}

// Dissect returns the length and the payload.
func (v Varint) Dissect(message []byte) []faultdaemon.Field {
	_, width := binary.Uvarint(message)
	return cutInto(message, []faultdaemon.Field{
		{Name: "length", Size: max(width, 0)},
		{Name: "payload", Size: len(message), Kind: faultdaemon.DataField},
	})
}

// cutInto shortens fields to what there is of a message and leaves empty ones
// out.
func cutInto(message []byte, fields []faultdaemon.Field) []faultdaemon.Field {
	var list []faultdaemon.Field
	left := len(message)
	for _, f := range fields {
		if f.Size = min(f.Size, left); f.Size > 0 {
			list = append(list, f)
			left -= f.Size
		}
	}
	return list
}
