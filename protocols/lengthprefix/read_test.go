package lengthprefix_test

import (
	"io"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

func TestReadRefuses(t *testing.T) {
	kv := lengthprefix.Layout{Magic: "KV", LengthOffset: 3, LengthWidth: 2}
	tests := []struct {
		name   string
		p      faultdaemon.Protocol
		stream string
		limit  int
		is     error
		want   string
		read   string // of the message
	}{
		{"another magic number", kv, "4b57 01 0000", noLimit, lengthprefix.ErrCorrupt,
			`corrupt message: it begins with "KW", want "KV": wrong protocol?`, "4b57 01 0000"},
		{"another magic number, cut short", kv, "58", noLimit, lengthprefix.ErrCorrupt,
			`corrupt message: it begins with "X", want "KV": wrong protocol?`, "58"},
		{"a header cut short", kv, "4b56 01 00", noLimit, io.ErrUnexpectedEOF,
			"unexpected EOF: 4 of the 5 bytes of the header up to its length: wrong protocol?", "4b56 01 00"},
		{"a message cut short", kv, "4b56 01 0003 61", noLimit, io.ErrUnexpectedEOF,
			"unexpected EOF: 6 of the 8 bytes of the message: wrong protocol?", "4b56 01 0003 61"},
		{"nothing but a header, of a message over the limit", kv, "4b56 01 0003", 7, faultdaemon.ErrTooLarge,
			"message too large: its length is 3, and a message may have 7 bytes: wrong protocol?", "4b56 01 0003"},
		{"a limit below the header", kv, "4b56 01 0000", 4, faultdaemon.ErrTooLarge,
			"message too large: its length is 0, and a message may have 4 bytes: wrong protocol?", "4b56 01 0000"},
		{"over MaxMessage", lengthprefix.Layout{LengthWidth: 1, MaxMessage: 3}, "03 616263", noLimit, faultdaemon.ErrTooLarge,
			"message too large: its length is 3, and a message may have 3 bytes: wrong protocol?", "03"},
		{"a negative length", lengthprefix.Thrift(), "80000000", noLimit, lengthprefix.ErrCorrupt,
			"corrupt message: its length 80000000 is negative", "80000000"},
		{"the largest length that is not negative", lengthprefix.Thrift(), "7fffffff", noLimit, faultdaemon.ErrTooLarge,
			"message too large: its length is 2147483647, and a message may have 16384004 bytes: wrong protocol?", "7fffffff"},
		{"a negative length of 8 bytes", lengthprefix.Layout{LengthWidth: 8}, "ffffffffffffffff", noLimit, lengthprefix.ErrCorrupt,
			"corrupt message: its length ffffffffffffffff is negative", "ffffffffffffffff"},
		{"below what it counts of the header", lengthprefix.Postgres(), "51 00000003", noLimit, lengthprefix.ErrCorrupt,
			"corrupt message: its length is 3 and counts at least 4 bytes of the header", "51 00000003"},
		{"shorter than what is stripped", lengthprefix.Layout{LengthWidth: 1, StripBytes: 3}, "01 61", noLimit, lengthprefix.ErrCorrupt,
			"corrupt message: it is 2 bytes and StripBytes is 3", "01"},
		{"a letter for a length", lengthprefix.Kafka(), "48545450 2f312e31", 1 << 20, faultdaemon.ErrTooLarge,
			"message too large: its length is 1213486160, and a message may have 1048576 bytes: wrong protocol?", "48545450"},
		{"a varint cut short", lengthprefix.Varint{}, "80", noLimit, io.ErrUnexpectedEOF,
			"unexpected EOF: 1 of the 2 bytes or more of the length: wrong protocol?", "80"},
		{"a varint message cut short", lengthprefix.Varint{}, "03 6162", noLimit, io.ErrUnexpectedEOF,
			"unexpected EOF: 3 of the 4 bytes of the message: wrong protocol?", "03 6162"},
		{"a varint of 65 bits", lengthprefix.Varint{}, "80808080808080808002", noLimit, lengthprefix.ErrCorrupt,
			"corrupt message: its length 80808080808080808002 exceeds 64 bits: wrong protocol?", "80808080808080808002"},
		{"a varint that does not end", lengthprefix.Varint{}, "8080808080808080808080", noLimit, lengthprefix.ErrCorrupt,
			"corrupt message: its length 80808080808080808080 exceeds 64 bits: wrong protocol?", "80808080808080808080"},
		{"a varint over the limit", lengthprefix.Varint{}, "03 616263", 3, faultdaemon.ErrTooLarge,
			"message too large: its length is 3, and a message may have 3 bytes: wrong protocol?", "03"},
		{"a varint over MaxMessage", lengthprefix.Varint{MaxMessage: 3}, "03 616263", noLimit, faultdaemon.ErrTooLarge,
			"message too large: its length is 3, and a message may have 3 bytes: wrong protocol?", "03"},
		{"a varint of 64 bits", lengthprefix.Varint{}, "ffffffffffffffffff01", 1 << 20, faultdaemon.ErrTooLarge,
			"message too large: its length is 18446744073709551615, and a message may have 1048576 bytes: wrong protocol?", "ffffffffffffffffff01"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _, err := readsOne(tt.p, unhex(t, tt.stream), tt.limit)
			require.ErrorIs(t, err, tt.is)
			require.EqualError(t, err, tt.want)
			require.Equal(t, unhex(t, tt.read), got)
		})
	}
}

// A varint may take more bytes than it needs, and what it takes is its own.
func TestReadsALongVarint(t *testing.T) {
	got, rest, err := readsOne(lengthprefix.Varint{}, unhex(t, "828000 6869 7a"), noLimit)
	require.NoError(t, err)
	require.Equal(t, unhex(t, "828000 6869"), got)
	require.Equal(t, "z", string(rest))
	payload, err := lengthprefix.Varint{}.Payload(got)
	require.NoError(t, err)
	require.Equal(t, "hi", string(payload))
}

// What a header announces costs nothing before it comes.
func TestAnnouncedBytesCostNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		p      faultdaemon.Protocol
		stream string
	}{
		"2^62 in 8 bytes":   {lengthprefix.Layout{LengthWidth: 8}, "4000000000000000 61"},
		"4 GiB in 4 bytes":  {lengthprefix.Layout{LengthWidth: 4}, "ffffffff 61"},
		"2^62 in a varint":  {lengthprefix.Varint{}, "808080808080808040 61"},
		"2^63 -1, adjusted": {lengthprefix.Layout{LengthWidth: 8, LengthAdjust: 100}, "7fffffffffffffff 61"},
	} {
		t.Run(name, func(t *testing.T) {
			stream := unhex(t, tt.stream)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, _, err := readsOne(tt.p, stream, noLimit)
			runtime.ReadMemStats(&after)
			require.Error(t, err)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<10))
		})
	}
}
