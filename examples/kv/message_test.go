package kv

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Messages as they go over the wire. Their checksums are zlib's.
var wire = []struct {
	hex     string
	message Message
}{
	{
		"4b5601 01 00000001 03 00 0000000e 5268ef01 0000000000000000 01 61 00000000",
		Message{Operation: Get, ID: 1, Shard: 3, Key: "a", Value: []byte{}},
	},
	{
		"4b5601 81 00000001 03 00 0000000f 59dfd17d 0000000000000005 01 61 00000001 31",
		Message{Operation: Get, IsReply: true, ID: 1, Shard: 3, Revision: 5, Key: "a", Value: []byte("1")},
	},
	{
		"4b5601 83 fffffffe 03 01 0000000e 87287852 0000000000000006 01 61 00000000",
		Message{Operation: Delete, IsReply: true, ID: 0xfffffffe, Shard: 3, Status: NoKey, Revision: 6, Key: "a", Value: []byte{}},
	},
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return raw
}

func TestMessagesOnTheWire(t *testing.T) {
	for _, tt := range wire {
		raw, err := tt.message.Bytes()
		require.NoError(t, err)
		assert.Equal(t, unhex(t, tt.hex), raw)
		m, err := ReadMessage(iotest.OneByteReader(bytes.NewReader(raw)))
		require.NoError(t, err)
		assert.Equal(t, tt.message, m)
	}
}

// The README shows what goes over the wire.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := strings.Join(strings.Fields(string(text)), " ")
	for _, m := range []Message{
		{Operation: Get, ID: 1, Shard: 14, Key: "colour"},
		{Operation: Get, IsReply: true, ID: 1, Shard: 14, Revision: 5, Key: "colour", Value: []byte("red")},
	} {
		raw, err := m.Bytes()
		require.NoError(t, err)
		assert.Contains(t, readme, fmt.Sprintf("% x", raw))
	}
}

func TestShard(t *testing.T) {
	for key, want := range map[string]byte{"a": 3, "b": 9, "colour": 14, "shape": 8} {
		assert.Equal(t, want, Shard(key), key)
	}
}

func TestNothingIsReadBeyondTheMessage(t *testing.T) {
	raw := unhex(t, wire[1].hex)
	r := bytes.NewReader(append(raw, "next"...))
	_, err := ReadMessage(r)
	require.NoError(t, err)
	rest, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Equal(t, "next", string(rest))
}

// What a later version puts behind the value is passed over.
func TestFieldsOfALaterVersion(t *testing.T) {
	m, err := ReadMessage(bytes.NewReader(unhex(t,
		"4b5601 81 00000001 03 00 0000001e db2dac41 0000000000000005 01 61 00000001 31 000000000000000000000000000000")))
	require.NoError(t, err)
	assert.Equal(t, "1", string(m.Value))
}

func TestReadMessageRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		hex, want string
		is        error
	}{
		"nothing":           {"", "EOF", io.EOF},
		"half a header":     {"4b5601 01 00000001", "unexpected EOF: 8 of the 18 bytes of a header", io.ErrUnexpectedEOF},
		"no body":           {"4b5601 01 00000001 03 00 0000000e 5268ef01", "unexpected EOF: 0 of the 14 bytes behind a header", io.ErrUnexpectedEOF},
		"half a body":       {"4b5601 01 00000001 03 00 0000000e 5268ef01 0000", "unexpected EOF: 2 of the 14 bytes behind a header", io.ErrUnexpectedEOF},
		"another protocol":  {"485454502f312e3120343030204261642052", `it begins with "HTT", want "KV\x01"`, ErrCorrupt},
		"version 2":         {"4b5602 81 00000001 03 00 0000000f ea4bfcbe 0000000000000005 01 61 00000001 31", `it begins with "KV\x02"`, ErrCorrupt},
		"one byte too long": {"4b5601 81 00000001 03 00 000fffef 00000000", "1048559 bytes and a header, at most 1048576 in all", ErrTooLong},
		"4 GiB":             {"4b5601 81 00000001 03 00 ffffffff 00000000", "4294967295 bytes and a header", ErrTooLong},
		"wrong checksum":    {"4b5601 81 00000001 03 00 0000000f 59dfd17c 0000000000000005 01 61 00000001 31", "its checksum is 59dfd17c, that of its bytes 59dfd17d", ErrCorrupt},
		"no revision":       {"4b5601 81 00000001 03 00 00000003 7eab2f04 00feff", "3 bytes are no revision and no key", ErrCorrupt},
		"value past end":    {"4b5601 81 00000001 03 00 0000000f 72f282be 0000000000000005 01 61 00000002 31", "a value of 2 bytes in 1", ErrCorrupt},
		"no key":            {"4b5601 01 00000001 00 00 0000000d 6eaa5d31 0000000000000000 00 00000000", "a key of 0 bytes", ErrCorrupt},
		"key past end":      {"4b5601 01 00000001 03 00 0000000e d4fc9daf 0000000000000000 02 61 00000000", "a key of 2 bytes and the length of a value in 5", ErrCorrupt},
		"no operation":      {"4b5601 04 00000001 03 00 0000000e 0c5e35f4 0000000000000000 01 61 00000000", "operation 04", ErrCorrupt},
		"no shard":          {"4b5601 01 00000001 10 00 0000000e 1d0709ee 0000000000000000 01 61 00000000", "shard 16", ErrCorrupt},
		"no status":         {"4b5601 81 00000001 03 03 0000000e 5c14581b 0000000000000000 01 61 00000000", "status 03", ErrCorrupt},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadMessage(bytes.NewReader(unhex(t, tt.hex)))
			require.ErrorContains(t, err, tt.want)
			assert.ErrorIs(t, err, tt.is)
		})
	}
}

func TestBytesRefuses(t *testing.T) {
	for _, tt := range []struct {
		message Message
		want    string
	}{
		{Message{}, "the key is empty"},
		{Message{Key: strings.Repeat("k", 256)}, "the key is 256 bytes, at most 255 are allowed"},
		{Message{Key: "k", Value: make([]byte, MaxValue+1)}, "at most 1048290 are allowed"},
	} {
		_, err := tt.message.Bytes()
		assert.ErrorContains(t, err, tt.want)
	}
}

// The longest key and the longest value make the longest message.
func TestTheLongestMessage(t *testing.T) {
	longest := Message{Operation: Put, Key: strings.Repeat("k", MaxKey), Value: bytes.Repeat([]byte("v"), MaxValue)}
	raw, err := longest.Bytes()
	require.NoError(t, err)
	assert.Len(t, raw, 1<<20)
	m, err := ReadMessage(bytes.NewReader(raw))
	require.NoError(t, err)
	assert.Equal(t, longest, m)
}
