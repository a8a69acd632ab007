package lengthprefix_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// The worked examples of Netty's LengthFieldBasedFrameDecoder.
func TestNettysExamples(t *testing.T) {
	const hello = "48454c4c4f2c20574f524c44" // HELLO, WORLD
	tests := []struct {
		name             string
		layout           lengthprefix.Layout
		message, payload string
	}{
		{"2 bytes length field at offset 0, strip header",
			lengthprefix.Layout{LengthWidth: 2, StripBytes: 2}, "000c" + hello, hello},
		{"2 bytes length field at offset 0, the length field represents the length of the whole message",
			lengthprefix.Layout{LengthWidth: 2, LengthAdjust: -2}, "000e" + hello, hello},
		{"3 bytes length field at the end of 5 bytes header",
			lengthprefix.Layout{LengthOffset: 2, LengthWidth: 3}, "cafe 00000c" + hello, hello},
		{"3 bytes length field at the beginning of 5 bytes header",
			lengthprefix.Layout{LengthWidth: 3, LengthAdjust: 2}, "00000c cafe" + hello, hello},
		{"2 bytes length field at offset 1 in the middle of 4 bytes header, strip the first header field and the length field",
			lengthprefix.Layout{LengthOffset: 1, LengthWidth: 2, LengthAdjust: 1, StripBytes: 3}, "ca 000c fe" + hello, "fe" + hello},
		{"the same, the length field represents the length of the whole message",
			lengthprefix.Layout{LengthOffset: 1, LengthWidth: 2, LengthAdjust: -3, StripBytes: 3}, "ca 0010 fe" + hello, "fe" + hello},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			message, payload := unhex(t, tt.message), unhex(t, tt.payload)
			got, rest, err := readsOne(tt.layout, append(message, "next"...), noLimit)
			require.NoError(t, err)
			require.Equal(t, message, got)
			require.Equal(t, "next", string(rest))
			got, err = tt.layout.Payload(message)
			require.NoError(t, err)
			require.Equal(t, payload, got)
			got, err = tt.layout.Reply(message, payload)
			require.NoError(t, err)
			require.Equal(t, message, got, "a reply with the request's payload is the request")
		})
	}
}

// Where a part of the header is the handler's, its reply has to bring it.
func TestAHandlerMayHaveTheEndOfTheHeader(t *testing.T) {
	i3 := lengthprefix.Layout{Magic: "i3-ipc", LengthOffset: 6, LengthWidth: 4, LengthAdjust: 4, StripBytes: 10}
	request := unhex(t, "69332d697063 00000000 00000001")
	payload, err := i3.Payload(request)
	require.NoError(t, err)
	require.Equal(t, unhex(t, "00000001"), payload)
	reply, err := i3.Reply(request, unhex(t, "80000001 5b5d"))
	require.NoError(t, err)
	require.Equal(t, unhex(t, "69332d697063 00000002 80000001 5b5d"), reply)

	_, err = i3.Reply(request, []byte{1, 2, 3})
	require.EqualError(t, err, "lengthprefix: a message of 13 bytes has no header of 14: StripBytes is 10, so the payload begins with the rest")
}

func TestWidthsAndOrders(t *testing.T) {
	tests := []struct {
		width int
		order binary.ByteOrder
		want  string
	}{
		{1, nil, "02 6869"},
		{1, binary.LittleEndian, "02 6869"},
		{2, nil, "0002 6869"},
		{2, binary.LittleEndian, "0200 6869"},
		{3, binary.BigEndian, "000002 6869"},
		{3, binary.LittleEndian, "020000 6869"},
		{4, nil, "00000002 6869"},
		{4, binary.LittleEndian, "02000000 6869"},
		{8, nil, "0000000000000002 6869"},
		{8, binary.LittleEndian, "0200000000000000 6869"},
	}
	for _, tt := range tests {
		layout := lengthprefix.Layout{LengthWidth: tt.width, Order: tt.order}
		got, err := layout.Frame([]byte("hi"))
		require.NoError(t, err)
		require.Equal(t, unhex(t, tt.want), got)
		read, _, err := readsOne(layout, got, noLimit)
		require.NoError(t, err)
		require.Equal(t, got, read)
	}
}

func TestFrameRefusesWhatItsLengthCannotSay(t *testing.T) {
	tests := []struct {
		layout  lengthprefix.Layout
		payload int
		want    string // empty: no error
	}{
		{lengthprefix.Layout{LengthWidth: 1}, 255, ""},
		{lengthprefix.Layout{LengthWidth: 1}, 256, "lengthprefix: a length of 1 bytes says at most 255, the message needs 256"},
		{lengthprefix.Layout{LengthWidth: 1, Signed: true}, 127, ""},
		{lengthprefix.Layout{LengthWidth: 1, Signed: true}, 128, "lengthprefix: a length of 1 bytes says at most 127, the message needs 128"},
		{lengthprefix.Layout{LengthWidth: 1, LengthAdjust: -1}, 254, ""},
		{lengthprefix.Layout{LengthWidth: 1, LengthAdjust: -1}, 255, "lengthprefix: a length of 1 bytes says at most 255, the message needs 256"},
		{lengthprefix.Layout{LengthWidth: 2, MaxMessage: 10}, 8, ""},
		{lengthprefix.Layout{LengthWidth: 2, MaxMessage: 10}, 9, "lengthprefix: a message of 11 bytes exceeds MaxMessage, 10"},
	}
	for _, tt := range tests {
		_, err := tt.layout.Frame(make([]byte, tt.payload))
		if tt.want == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, tt.want)
		}
	}
}

func TestValidate(t *testing.T) {
	tests := []struct {
		layout lengthprefix.Layout
		want   string
	}{
		{lengthprefix.Layout{}, "lengthprefix: LengthWidth is 0: want 1, 2, 3, 4 or 8 bytes"},
		{lengthprefix.Layout{LengthWidth: 5}, "lengthprefix: LengthWidth is 5: want 1, 2, 3, 4 or 8 bytes"},
		{lengthprefix.Layout{LengthWidth: 4, LengthOffset: -1}, "lengthprefix: LengthOffset is -1: want 0 to 4092"},
		{lengthprefix.Layout{LengthWidth: 4, LengthOffset: 4093}, "lengthprefix: LengthOffset is 4093: want 0 to 4092"},
		{lengthprefix.Layout{LengthWidth: 4, LengthAdjust: 1<<20 + 1}, "lengthprefix: LengthAdjust is 1048577: want -1048576 to 1048576"},
		{lengthprefix.Layout{LengthWidth: 4, LengthAdjust: -1<<20 - 1}, "lengthprefix: LengthAdjust is -1048577: want -1048576 to 1048576"},
		{lengthprefix.Layout{LengthWidth: 1, LengthAdjust: -256}, "lengthprefix: LengthAdjust is -256: a length of 1 bytes says at most 255, so that no message could be"},
		{lengthprefix.Layout{LengthWidth: 4, StripBytes: -1}, "lengthprefix: StripBytes is -1: want 0 (the whole header of 4 bytes) or at least the 4 up to the length's end"},
		{lengthprefix.Layout{LengthWidth: 4, LengthOffset: 2, LengthAdjust: 3, StripBytes: 5}, "lengthprefix: StripBytes is 5: want 0 (the whole header of 9 bytes) or at least the 6 up to the length's end"},
		{lengthprefix.Layout{LengthWidth: 4, MaxMessage: -1}, "lengthprefix: MaxMessage is -1: want 0 (no limit) or at least the 4 bytes of a header"},
		{lengthprefix.Layout{LengthWidth: 4, LengthAdjust: 6, MaxMessage: 9}, "lengthprefix: MaxMessage is 9: want 0 (no limit) or at least the 10 bytes of a header"},
		{lengthprefix.Layout{LengthWidth: 4, LengthOffset: 1, Magic: "KV"}, `lengthprefix: Magic "KV" is 2 bytes and LengthOffset 1: the length comes after the magic number`},
	}
	for _, tt := range tests {
		require.EqualError(t, tt.layout.Validate(), tt.want)
		err := faultdaemon.New("", tt.layout.Config(nil)).Start()
		require.ErrorContains(t, err, "Config.Protocol: "+tt.want)
		_, _, err = readsOne(tt.layout, []byte("0123456789"), noLimit)
		require.EqualError(t, err, tt.want)
		_, err = tt.layout.Frame(nil)
		require.EqualError(t, err, tt.want)
		_, err = tt.layout.Payload([]byte("0123456789"))
		require.EqualError(t, err, tt.want)
	}
	for _, ok := range []lengthprefix.Layout{
		{LengthWidth: 4}, {LengthWidth: 8, LengthOffset: 4088}, {LengthWidth: 1, LengthAdjust: -255},
		{LengthWidth: 4, LengthAdjust: -1 << 20}, {LengthWidth: 4, LengthAdjust: 1 << 20},
		{LengthWidth: 4, MaxMessage: 4}, {LengthWidth: 4, LengthOffset: 2, Magic: "KV"}, {LengthWidth: 4, StripBytes: 100},
	} {
		require.NoError(t, ok.Validate())
	}
}

func TestSealKeepsTheSize(t *testing.T) {
	grows := lengthprefix.Layout{LengthWidth: 1, Seal: func(message []byte) []byte { return append(message, 0) }}
	_, err := grows.Frame([]byte("hi"))
	require.EqualError(t, err, "lengthprefix: Seal returned 4 bytes for a message of 3: it fills room that is there")
}
