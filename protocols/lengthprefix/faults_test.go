package lengthprefix_test

import (
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/exampletest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// summed is a layout whose header ends with the CRC-32 of the payload.
var summed = lengthprefix.Layout{LengthWidth: 2, LengthAdjust: 4, Seal: func(message []byte) []byte {
	binary.BigEndian.PutUint32(message[2:], crc32.ChecksumIEEE(message[6:]))
	return message
}}

// What the catalogue shows of one layout, on others.
func TestFaultsOnOtherLayouts(t *testing.T) {
	discord := lengthprefix.Layout{LengthOffset: 4, LengthWidth: 4, Order: binary.LittleEndian, MaxMessage: 12}
	one := func(fault faultdaemon.Fault, p faultdaemon.Protocol, ex faultdaemon.Example) exampletest.Case {
		ex.Hex = true
		return exampletest.Case{Fault: fault, Protocol: p, Examples: []faultdaemon.Example{ex}}
	}
	exampletest.Run(t, faultdaemon.Config{}, []exampletest.Case{
		// A header that goes on behind the length, and bytes before it.
		one(lengthprefix.FaultLengthZero, lengthprefix.TTRPC(), faultdaemon.Example{
			Send: "00000000 00000005 01 00", Reply: "00000002 00000005 02 00 6869", Got: "00000000 00000005 02 00"}),
		one(lengthprefix.FaultLengthLong, discord, faultdaemon.Example{
			Send: "01000000 00000000", Reply: "01000000 02000000 6869", Got: "01000000 03000000 6869"}),
		one(lengthprefix.FaultLengthOverLimitByOne, discord, faultdaemon.Example{
			Send: "01000000 00000000", Reply: "01000000 02000000 6869", Got: "01000000 05000000 6869202020"}),
		one(lengthprefix.FaultPartialLengthField, discord, faultdaemon.Example{
			With: "3", Send: "01000000 00000000", Reply: "01000000 02000000 6869", Got: "01000000 020000", Then: faultdaemon.EndEOF}),
		one(lengthprefix.FaultWrongHeaderByte, discord, faultdaemon.Example{
			With: "1", Send: "01000000 00000000", Reply: "01000000 02000000 6869", Got: "01010000 02000000 6869"}),
		one(lengthprefix.FaultLengthNegative, lengthprefix.Layout{LengthWidth: 8}, faultdaemon.Example{
			Send: "0000000000000000", Reply: "0000000000000002 6869", Got: "8000000000000002 6869"}),
		one(lengthprefix.FaultLengthWrongEndian, lengthprefix.Layout{LengthWidth: 3}, faultdaemon.Example{
			Send: "000000", Reply: "000002 6869", Got: "020000 6869"}),
		one(lengthprefix.FaultLengthMax, lengthprefix.Layout{LengthWidth: 1}, faultdaemon.Example{
			Send: "00", Reply: "02 6869", Got: "ff 6869"}),

		one(lengthprefix.FaultWrongHeaderByte, lengthprefix.Discord(), faultdaemon.Example{
			Send: "01000000 00000000", Reply: "01000000 02000000 6869", Got: "00000000 02000000 6869"}),
		one(lengthprefix.FaultWrongHeaderByte, lengthprefix.TTRPC(), faultdaemon.Example{
			With: "4", Send: "00000000 00000005 01 00", Reply: "00000002 00000005 02 00 6869", Got: "00000002 00000005 03 00 6869"}),

		// A length that counts itself.
		one(lengthprefix.FaultLengthShort, lengthprefix.Postgres(), faultdaemon.Example{
			With: "1", Send: "51 00000004", Reply: "5a 00000005 49", Got: "5a 00000004 49"}),
		one(lengthprefix.FaultLengthIncludesSelf, lengthprefix.GRPC(), faultdaemon.Example{
			Send: "00 00000000", Reply: "00 00000002 0a00", Got: "00 00000006 0a00"}),

		// The longest length that fits, and a message without a payload.
		one(lengthprefix.FaultLengthLong, lengthprefix.Layout{LengthWidth: 1}, faultdaemon.Example{
			With: "253", Send: "00", Reply: "02 6869", Got: "ff 6869"}),
		one(lengthprefix.FaultLengthExcludesSelf, lengthprefix.Postgres(), faultdaemon.Example{
			Send: "51 00000004", Reply: "5a 00000004", Got: "5a 00000000"}),

		// A varint.
		one(lengthprefix.FaultLengthZero, lengthprefix.Varint{}, faultdaemon.Example{
			Send: "00", Reply: "02 6869", Got: "00"}),
		one(lengthprefix.FaultLengthShort, lengthprefix.Varint{}, faultdaemon.Example{
			Send: "00", Reply: "02 6869", Got: "01 6869"}),
		one(lengthprefix.FaultLengthLong, lengthprefix.Varint{}, faultdaemon.Example{
			With: "298", Send: "00", Reply: "02 6869", Got: "ac02 6869"}),
		one(lengthprefix.FaultLengthMax, lengthprefix.Varint{}, faultdaemon.Example{
			Send: "00", Reply: "02 6869", Got: "ffffffffffffffffff01 6869"}),
		one(lengthprefix.FaultLengthIncludesSelf, lengthprefix.Varint{}, faultdaemon.Example{
			Send: "00", Reply: "02 6869", Got: "03 6869"}),
		one(lengthprefix.FaultLengthOverLimitByOne, lengthprefix.Varint{MaxMessage: 4}, faultdaemon.Example{
			Send: "00", Reply: "02 6869", Got: "04 68692020"}),
		one(lengthprefix.FaultStallAfterHeader, lengthprefix.Varint{}, faultdaemon.Example{
			Send: "00", Reply: "02 6869", Got: "02"}),
		one(lengthprefix.FaultPayloadFlipAt, lengthprefix.Varint{}, faultdaemon.Example{
			With: "1", Send: "00", Reply: "02 6869", Got: "02 6868"}),
		one(lengthprefix.FaultWrongProtocolBanner, lengthprefix.Varint{}, faultdaemon.Example{
			With: "eof", Send: "00", Reply: "02 6869", Then: faultdaemon.EndEOF,
			Got: "485454502f312e3120343030204261642052657175657374 0d0a436f6e74656e742d547970653a20746578742f706c61696e3b20" +
				"636861727365743d7574662d380d0a436f6e6e656374696f6e3a20636c6f73650d0a0d0a343030204261642052657175657374"}),

		// A checksum is made after the damage. CRC-32: hi is d8932aac, ii
		// c1881bed, nothing 0.
		one(lengthprefix.FaultPayloadFlipAt, summed, faultdaemon.Example{
			Send: "0000 00000000", Reply: "0002 d8932aac 6869", Got: "0002 c1881bed 6969"}),
		one(lengthprefix.FaultLengthZero, summed, faultdaemon.Example{
			Send: "0000 00000000", Reply: "0002 d8932aac 6869", Got: "0000 00000000"}),
		one(lengthprefix.FaultLengthLong, summed, faultdaemon.Example{
			Send: "0000 00000000", Reply: "0002 d8932aac 6869", Got: "0003 d8932aac 6869"}),

		// Of several messages, the last is the reply.
		one(lengthprefix.FaultLengthShort, lengthprefix.Layout{LengthWidth: 1}, faultdaemon.Example{
			Send: "00", Reply: "01 61 02 6869", Got: "01 61 01 6869"}),

		// The generic faults.
		one(faultdaemon.FaultCorruptResponse, lengthprefix.TTRPC(), faultdaemon.Example{
			Send: "00000000 00000005 01 00", Reply: "00000002 00000005 02 00 6869",
			Got: "0000000b 00000005 02 00 00feff6761726261676500"}),
		one(faultdaemon.FaultCorruptResponse, lengthprefix.Varint{}, faultdaemon.Example{
			Send: "00", Reply: "02 6869", Got: "0b 00feff6761726261676500"}),
		one(faultdaemon.FaultResponseTooLarge, lengthprefix.GRPC(), faultdaemon.Example{
			With: "10", Send: "00 00000000", Reply: "01 00000002 6869", Got: "01 00000005 6869202020"}),
		one(faultdaemon.FaultResponseTooLarge, lengthprefix.Varint{}, faultdaemon.Example{
			With: "10", Send: "00", Reply: "02 6869", Got: "09 68692020202020 2020"}),
		one(faultdaemon.FaultFlipAt, summed, faultdaemon.Example{
			With: "6", Send: "0000 00000000", Reply: "0002 d8932aac 6869", Got: "0002 d8932aac 6969"}),
	})
}

// A reply that a fault cannot be made of is sent as it is.
func TestFaultsThatDoNotFire(t *testing.T) {
	u8 := lengthprefix.Layout{LengthWidth: 1, LengthOffset: 1, Magic: "K", LengthAdjust: 1, Signed: true}
	pg := lengthprefix.Postgres()
	tests := []struct {
		fault  faultdaemon.Fault
		p      faultdaemon.Protocol
		reply  string
		reason string
	}{
		{lengthprefix.FaultLengthShort.With(3), u8, "4b 02 00 6869", "the reply has 2 bytes behind its header, not 3"},
		{lengthprefix.FaultLengthShort.With(2), pg, "5a 00000005 49", "the reply has 1 bytes behind its header, not 2"},
		{lengthprefix.FaultLengthLong.With(254), u8, "4b 02 00 6869", "a length of 1 bytes cannot say 254 more than 2"},
		{lengthprefix.FaultLengthMax, u8, "4b ff 00 6869", "the length is 255 already"},
		{lengthprefix.FaultLengthZero, u8, "4b 02", "a reply of 2 bytes has no header of 3"},
		{lengthprefix.FaultBadMagic, u8, "4b", "a reply of 1 bytes has no header of 3"},
		{lengthprefix.FaultStallAfterHeader, u8, "4b 00 00", "there is nothing behind the reply's header"},
		{lengthprefix.FaultWrongHeaderByte.With(1), u8, "4b 00 00", "the header has 1 bytes beside magic number and length, no byte 1"},
		{lengthprefix.FaultWrongHeaderByte, u8, "4b", "a reply of 1 bytes has no header of 3"},
		{lengthprefix.FaultPayloadFlipAt.With(2), u8, "4b 02 00 6869", "the reply has 2 bytes behind its header, no byte 2"},
		{lengthprefix.FaultPayloadFlipAt, u8, "4b", "a reply of 1 bytes has no header of 3"},
		{lengthprefix.FaultPartialLengthField, pg, "5a", "a reply of 1 bytes has no header of 5"},
		{lengthprefix.FaultPartialLengthField.With(4), pg, "5a 00000005 49", "4 bytes of a length of 4 are no part of it"},
		{lengthprefix.FaultLengthExcludesSelf, pg, "5a 00000003 49", "the reply's length is 3 already, below its header"},
		{lengthprefix.FaultLengthWrongEndian, pg, "5a 05000005 49", "the length is 83886085 already"},
		{lengthprefix.FaultLengthLong, lengthprefix.Varint{}, "80", "a reply of 1 bytes has no length"},
		{lengthprefix.FaultVarintOverlong, lengthprefix.Varint{}, "80", "a reply of 1 bytes has no length"},
		{lengthprefix.FaultVarintOverlong.With(2), lengthprefix.Varint{}, "ac02 68", "the length takes 2 bytes anyway"},
		{lengthprefix.FaultWrongHeaderByte, summed, "0002 d8932aac 6869", "Seal writes byte 2 again"},
		{faultdaemon.FaultResponseTooLarge, lengthprefix.Layout{LengthWidth: 2}, "0002 6869", "lengthprefix: a length of 2 bytes says at most 65535, the message needs 2097150"},
		{faultdaemon.FaultCorruptResponse, u8, "4b", "lengthprefix: a message of 1 bytes has no header of 3"},
		{faultdaemon.FaultResponseTooLarge, u8, "4b", "lengthprefix: a message of 1 bytes has no header of 3"},
		{faultdaemon.FaultResponseTooLarge, lengthprefix.Varint{}, "80", "lengthprefix: a message of 1 bytes has no length"},
	}
	for _, tt := range tests {
		t.Run(string(tt.fault)+" "+tt.reply, func(t *testing.T) {
			reply := unhex(t, tt.reply)
			d, conn := started(t, faultdaemon.Config{
				Protocol: tt.p, Fault: tt.fault, ResponseHandler: func([]byte) []byte { return reply },
			})
			request, err := tt.p.Frame(nil)
			require.NoError(t, err)
			_, err = conn.Write(request)
			require.NoError(t, err)
			got := make([]byte, len(reply))
			_, err = conn.Read(got)
			require.NoError(t, err)
			require.Equal(t, reply, got)
			require.Equal(t, tt.reason, notFired(d))
		})
	}
}

// notFired returns the reason of the fault that did not fire.
func notFired(d *faultdaemon.FaultDaemon) string {
	for _, ev := range d.Events() {
		if ev.Kind == faultdaemon.EventNotFired {
			return ev.Detail
		}
	}
	return ""
}
