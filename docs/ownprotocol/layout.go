package ownprotocol

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// Layout is KV as a description of its header. LengthAdjust is 4 because four
// bytes, the checksum, stand between the length and what it counts.
func Layout() lengthprefix.Layout {
	return lengthprefix.Layout{
		Magic: "KV\x01", LengthOffset: 3, LengthWidth: 4, LengthAdjust: 4,
		Seal: func(message []byte) []byte {
			binary.BigEndian.PutUint32(message[7:], crc32.ChecksumIEEE(message[11:]))
			return message
		},
	}
}

// Daemon returns a daemon that speaks it. Its handler sees bodies; the layout
// puts the request's header before the replies.
func Daemon(path string) *faultdaemon.FaultDaemon {
	return faultdaemon.New(path, Layout().Config(func(body []byte) []byte {
		return append([]byte("value of "), body...)
	}))
}
