package ownprotocol_test

import (
	"bufio"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/docs/ownprotocol"
	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
	"github.com/faultdaemon/toolkit/internal/framingtest"
)

var update = flag.Bool("update", false, "write the code into the page")

const page = "../own-protocol.md"

// The page shows the code that is compiled and tested here.
func TestPage(t *testing.T) {
	raw, err := os.ReadFile(page)
	require.NoError(t, err)
	want := string(raw)
	for _, name := range []string{"protocol.go", "faults.go", "client_test.go", "layout.go"} {
		code, err := os.ReadFile(name)
		require.NoError(t, err)
		begin, end := fmt.Sprintf("<!-- BEGIN %s -->\n", name), fmt.Sprintf("<!-- END %s -->\n", name)
		before, rest, found := strings.Cut(want, begin)
		require.True(t, found, "%s has no line %s", page, begin)
		_, after, found := strings.Cut(rest, end)
		require.True(t, found, "%s has no line %s", page, end)
		want = before + begin + "\n```go\n" + string(code) + "```\n\n" + end + after
	}
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(want), 0o644))
		return
	}
	require.Equal(t, want, string(raw), "the page differs from the code: go test ./docs/ownprotocol -run TestPage -update")
}

func TestFraming(t *testing.T) { framingtest.Run(t, ownprotocol.KV{}) }

// The bytes that the page shows.
func TestFrame(t *testing.T) {
	message, err := ownprotocol.KV{}.Frame([]byte("hello"))
	require.NoError(t, err)
	require.Equal(t, "4b5601000000053610a68668656c6c6f", hex.EncodeToString(message))
}

// What ReadMessage refuses, and what it says.
func TestReadRefuses(t *testing.T) {
	for stream, want := range map[string]string{
		"KV\x01\x00\x00\x00\x05\x36\x10\xa6\x86hell":  "unexpected EOF: 15 of 16 bytes",
		"KV\x01\x00\x00\x00\x05\x36\x10\xa6\x87hello": "corrupt message: its CRC-32 is another",
		"ping\nping\nping\n":                          `corrupt message: it begins with "pin", want "KV\x01"`,
		"KV\x01\xff\xff\xff\xff\x00\x00\x00\x00":      "message too large: 4294967306 bytes are announced, 1024 allowed",
	} {
		_, err := ownprotocol.KV{}.ReadMessage(bufio.NewReader(strings.NewReader(stream)), 1024)
		require.EqualError(t, err, want)
	}
}

// A reply without a header is the handler's own, and no fault is made of it.
func TestAReplyWithoutAHeader(t *testing.T) {
	for _, fault := range []faultdaemon.Fault{ownprotocol.FaultWrongVersion, faultdaemon.FaultResponseTooLarge} {
		d := faulttest.StartWith(t, faultdaemon.Config{
			Protocol: ownprotocol.KV{}, Fault: fault, CloseAfterReply: true,
			ResponseHandler: func([]byte) []byte { return []byte("KV") },
		}, faulttest.StartOptions{AllowUnfired: true})
		_, err := get(d.SocketPath(), "colour")
		require.Error(t, err)
		require.Contains(t, fmt.Sprint(d.Events()), "the handler's reply has no header")
	}
}

// The protocol's fault and renderings, byte by byte. CRC-32: hi is d8932aac,
// 00 fe ff is 587cfaac.
func TestFaults(t *testing.T) {
	const send, reply = "4b5601 00000002 d8932aac 6869", "4b5601 00000002 d8932aac 6869"
	faulttest.Examples(t, faultdaemon.Config{Protocol: ownprotocol.KV{}}, []faulttest.Case{
		{Fault: ownprotocol.FaultWrongVersion, Examples: []faultdaemon.Example{
			{Hex: true, Send: send, Reply: reply, Got: "4b5602 00000002 d8932aac 6869"}}},
		{Fault: faultdaemon.FaultCorruptResponse, Examples: []faultdaemon.Example{
			{Hex: true, Send: send, Reply: reply, Got: "4b5601 00000003 587cfaac 00feff"}}},
	})
}

// Both ways of writing the protocol make the same bytes.
func TestTheSameAsALayout(t *testing.T) {
	for _, body := range []string{"", "hello", strings.Repeat("x", 100_000)} {
		byHand, err := ownprotocol.KV{}.Frame([]byte(body))
		require.NoError(t, err)
		byLayout, err := ownprotocol.Layout().Frame([]byte(body))
		require.NoError(t, err)
		require.Equal(t, byHand, byLayout)
	}
	d := ownprotocol.Daemon(faulttest.TempSocket(t))
	require.NoError(t, d.Start())
	defer d.Stop()
	got, err := get(d.SocketPath(), "colour")
	require.NoError(t, err)
	require.Equal(t, "value of colour", got)
}
