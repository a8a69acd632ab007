package kvfault

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// Layout is KV as a description of its header. LengthAdjust is 4 because four
// bytes, the checksum, stand between the length and what it counts.
func Layout() lengthprefix.Layout {
	return lengthprefix.Layout{
		Magic: "KV\x01", LengthOffset: 10, LengthWidth: 4, LengthAdjust: 4, MaxMessage: 1 << 20,
		Answer: func(header []byte) { header[3] |= 0x80 },
		Seal: func(message []byte) []byte {
			covered := crc32.Update(crc32.ChecksumIEEE(message[:14]), crc32.IEEETable, message[18:])
			binary.BigEndian.PutUint32(message[14:], covered)
			return message
		},
	}
}
