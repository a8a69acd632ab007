package kvfault_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/kv/kvfault"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/framingtest"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

func TestFraming(t *testing.T) { framingtest.Run(t, kvfault.KV{}) }

// unhex reads hexadecimal with spaces in it.
func unhex(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return raw
}

// What ReadMessage refuses, and what it says. The checksum of the last one is
// zlib's.
func TestReadRefuses(t *testing.T) {
	for stream, want := range map[string]string{
		"4b5601 01 00000007 0b 00":                                   "unexpected EOF: 10 of the 18 bytes of a header",
		"4b5601 01 00000007 0b 00 00000005 792ddaa7 68656c6c":        "unexpected EOF: 22 of 23 bytes",
		"4b5601 01 00000007 0b 00 00000005 792ddaa6 68656c6c6f":      "corrupt message: its CRC-32 is another",
		"4b5602 01 00000007 0b 00 00000005 792ddaa7 68656c6c6f":      `corrupt message: it begins with "KV\x02", want "KV\x01"`,
		"4b5601 01 00000007 0b 00 ffffffff 792ddaa7 68656c6c6f":      "message too large: 4294967313 bytes are announced, 1024 allowed",
		"4b5601 01 00000007 0b 00 00000005 792ddaa7 68656c6c6f 4b56": "",
	} {
		message, err := kvfault.KV{}.ReadMessage(bufio.NewReader(bytes.NewReader(unhex(t, stream))), 1024)
		if want == "" {
			require.NoError(t, err)
			assert.Len(t, message, 23)
			continue
		}
		assert.EqualError(t, err, want)
	}
}

// The description of the header makes the same messages as the code.
func TestTheSameAsALayout(t *testing.T) {
	request := unhex(t, "4b5601 02 00000007 03 00 0000000f 00000000 0000000000000000 01 61 00000001 31")
	for _, body := range []string{"", "hello", strings.Repeat("x", 100_000)} {
		byHand, err := kvfault.KV{}.Frame([]byte(body))
		require.NoError(t, err)
		byLayout, err := kvfault.Layout().Frame([]byte(body))
		require.NoError(t, err)
		assert.Equal(t, byHand, byLayout)

		byHand, err = kvfault.KV{}.Reply(request, []byte(body))
		require.NoError(t, err)
		byLayout, err = kvfault.Layout().Reply(request, []byte(body))
		require.NoError(t, err)
		assert.Equal(t, byHand, byLayout)
		back, err := kvfault.KV{}.Payload(byHand)
		require.NoError(t, err)
		assert.Equal(t, body, string(back))
	}
}

func TestTheReplyToARequest(t *testing.T) {
	reply, err := kvfault.KV{}.Reply(unhex(t, get1), unhex(t, "0000000000000005 01 61 00000001 31"))
	require.NoError(t, err)
	assert.Equal(t, unhex(t, got1), reply)
	_, err = kvfault.KV{}.Reply([]byte("KV"), nil)
	assert.EqualError(t, err, "a message of 2 bytes has no header of 18")
}

// A plan picks requests by what they are and what they are about.
func TestSelectors(t *testing.T) {
	assert.Equal(t, []string{"key=a", "shard=3", "get"}, kvfault.KV{}.Selectors(unhex(t, get1)))
	assert.Equal(t, []string{"key=a", "shard=3", "put"},
		kvfault.KV{}.Selectors(unhex(t, "4b5601 02 00000001 03 00 0000000f b1adfae6 0000000000000000 01 61 00000001 31")))
	assert.Empty(t, kvfault.KV{}.Selectors(unhex(t, "4b5601 01 00000007 0b 00 00000005 792ddaa7 68656c6c6f")))
}

// What does not apply, and why.
func TestWhatDoesNotApply(t *testing.T) {
	reasons := map[faultdaemon.Fault]string{}
	for _, info := range faultdaemon.Builtin().All() {
		if err := info.Applies(kvfault.KV{}); err != nil {
			reasons[info.Name] = err.Error()
		}
	}
	const text, end = " does not apply to kvfault.KV: a value is any bytes, not JSON", " does not apply to kvfault.KV: nothing ends a message but its length"
	assert.Equal(t, map[faultdaemon.Fault]string{
		faultdaemon.FaultInvalidJSON:            "invalid_json" + text,
		faultdaemon.FaultEmbeddedNewlines:       "embedded_newlines" + text,
		faultdaemon.FaultMultilineResponse:      "multiline_response" + text,
		faultdaemon.FaultResponseWithoutNewline: "response_without_newline" + end,
	}, reasons)
	wrongShard, found := kvfault.Faults.Lookup(kvfault.FaultWrongShard)
	require.True(t, found)
	assert.Error(t, wrongShard.Applies(faultdaemon.Lines))
	assert.Error(t, wrongShard.Applies(lengthprefix.Kafka()))
}
