package resp_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/framingtest"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

func TestFraming(t *testing.T) { framingtest.Run(t, resp.Protocol{}) }

// whole are messages by the examples of the specification, and what they are.
var whole = map[string]string{
	"simple string":        "+OK\r\n",
	"empty simple string":  "+\r\n",
	"simple error":         "-ERR unknown command 'asdf'\r\n",
	"integer":              ":-1000\r\n",
	"bulk string":          "$5\r\nhello\r\n",
	"bulk string of ends":  "$4\r\n\r\n\r\n\r\n",
	"empty bulk string":    "$0\r\n\r\n",
	"null bulk string":     "$-1\r\n",
	"array":                "*2\r\n$5\r\nhello\r\n$5\r\nworld\r\n",
	"empty array":          "*0\r\n",
	"null array":           "*-1\r\n",
	"nested arrays":        "*2\r\n*3\r\n:1\r\n:2\r\n:3\r\n*2\r\n+Hello\r\n-World\r\n",
	"nulls in an array":    "*3\r\n$5\r\nhello\r\n$-1\r\n*-1\r\n",
	"null":                 "_\r\n",
	"boolean":              "#t\r\n",
	"double":               ",-inf\r\n",
	"big number":           "(3492890328409238509324850943850943825024385\r\n",
	"bulk error":           "!21\r\nSYNTAX invalid syntax\r\n",
	"verbatim string":      "=15\r\ntxt:Some string\r\n",
	"map":                  "%2\r\n+first\r\n:1\r\n+second\r\n*1\r\n:2\r\n",
	"empty map":            "%0\r\n",
	"set":                  "~3\r\n+a\r\n+b\r\n%1\r\n:1\r\n:2\r\n",
	"push":                 ">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n",
	"attribute":            "|1\r\n+ttl\r\n:3600\r\n$1\r\na\r\n",
	"attribute in array":   "*2\r\n|1\r\n+ttl\r\n:3600\r\n:1\r\n:2\r\n",
	"attribute before one": "|1\r\n+a\r\n+b\r\n|1\r\n+c\r\n+d\r\n:1\r\n",
	"inline command":       "SET key value\r\n",
	"inline, newline":      "PING\n",
	"inline, empty":        "\r\n",
	"long simple string":   "+" + strings.Repeat("x", 5000) + "\r\n",
	"long inline command":  "ECHO " + strings.Repeat("x", 4096-7) + "\r\n",
	"large in an array":    "*3\r\n:1\r\n$20000\r\n" + strings.Repeat("\r\n", 10000) + "\r\n+end\r\n",
}

func TestReadsOneMessage(t *testing.T) {
	for name, message := range whole {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{16, 64, 4096, 64 << 10} {
				for way, stream := range map[string]io.Reader{
					"at once":      strings.NewReader(message + "next"),
					"byte by byte": iotest.OneByteReader(strings.NewReader(message + "next")),
				} {
					r := bufio.NewReaderSize(stream, size)
					got, err := resp.Protocol{}.ReadMessage(r, len(message))
					require.NoError(t, err, "%s, a buffer of %d", way, size)
					require.Equal(t, message, string(got), "%s, a buffer of %d", way, size)
					rest, err := io.ReadAll(r)
					require.NoError(t, err)
					require.Equal(t, "next", string(rest), "%s, a buffer of %d", way, size)
				}
			}
		})
	}
}

func TestSkipsOneMessage(t *testing.T) {
	for name, message := range whole {
		t.Run(name, func(t *testing.T) {
			for _, keep := range []int{0, 1, 30, math.MaxInt} {
				r := bufio.NewReaderSize(strings.NewReader(message+"next"), 64)
				got, err := resp.Protocol{}.SkipMessage(r, keep)
				require.NoError(t, err)
				require.Equal(t, message[:min(keep, len(message))], string(got))
				rest, err := io.ReadAll(r)
				require.NoError(t, err)
				require.Equal(t, "next", string(rest))
			}
		})
	}
}

// What came of a message that is cut short is returned, wherever it is cut.
func TestAMessageThatEndsTooSoon(t *testing.T) {
	for name, message := range whole {
		for at := 1; at < min(len(message), 300); at++ {
			got, err := resp.Protocol{}.ReadMessage(bufio.NewReaderSize(strings.NewReader(message[:at]), 16), noLimit)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s cut at %d", name, at)
			require.Equal(t, message[:at], string(got), "%s cut at %d", name, at)
		}
	}
}

func TestAMessageOverTheLimit(t *testing.T) {
	for name, message := range whole {
		got, err := resp.Protocol{}.ReadMessage(bufio.NewReader(strings.NewReader(message)), len(message)-1)
		require.ErrorIs(t, err, faultdaemon.ErrTooLarge, name)
		require.True(t, strings.HasPrefix(message, string(got)), "%s: %q", name, got)
	}
}

func TestWhatIsNoMessage(t *testing.T) {
	for name, tt := range map[string]struct {
		stream string
		is     error
		says   string
	}{
		"TLS":                {"\x16\x03\x01\r\n", resp.ErrCorrupt, `corrupt message: byte 0 is '\x16', which begins no value: wrong protocol?`},
		"inline in an array": {"*1\r\nPING\r\n", resp.ErrCorrupt, `byte 4 is 'P', which begins no value`},
		"no carriage return": {"*1\r\n:1\n", resp.ErrCorrupt, `the line at byte 4 does not end with \r\n`},
		"string too long":    {"$2\r\nabc\r\n", resp.ErrCorrupt, `behind the 2 bytes of the string at byte 4 comes "c", want '\r'`},
		"string half ended":  {"$2\r\nab\rc", resp.ErrCorrupt, `comes "c", want '\n'`},
		"no size":            {"$\r\n", resp.ErrCorrupt, `'$' at byte 0 announces "", want a size`},
		"words for a size":   {"*two\r\n", resp.ErrCorrupt, `'*' at byte 0 announces "two"`},
		"a sign":             {"$+2\r\nab\r\n", resp.ErrCorrupt, `announces "+2"`},
		"negative":           {"$-2\r\n", resp.ErrCorrupt, `announces "-2"`},
		"far below zero":     {"$-99999999999999999999\r\n", resp.ErrCorrupt, `announces "-99999999999999999999"`},
		"a map of -1":        {"%-1\r\n", resp.ErrCorrupt, `'%' at byte 0 announces "-1"`},
		"a long size":        {"$" + strings.Repeat("0", 500) + "1\r\na\r\n", resp.ErrCorrupt, "want a size"},
		"streamed string":    {"$?\r\n;4\r\nHell\r\n;0\r\n", resp.ErrStreamed, `streamed values are not supported: "$?" at byte 0, want a size`},
		"streamed array":     {"*1\r\n*?\r\n.\r\n", resp.ErrStreamed, `"*?" at byte 4`},
		"huge string":        {"$1000000000\r\n", faultdaemon.ErrTooLarge, `'$' at byte 0 announces 1000000000 bytes, and a message may have 1000 bytes`},
		"no int":             {"$9999999999999999999\r\n", faultdaemon.ErrTooLarge, `announces 9999999999999999999`},
		"huge array":         {"*2000000000\r\n", faultdaemon.ErrTooLarge, "announces 2000000000 values"},
		"more than fits":     {"*332\r\n", faultdaemon.ErrTooLarge, "announces 332 values"}, // of 3 bytes each, behind 6
		"more than fit":      {"%166\r\n", faultdaemon.ErrTooLarge, "announces 166 pairs of values"},
		"huge map":           {"%1073741824\r\n", faultdaemon.ErrTooLarge, "announces 1073741824 pairs of values"},
		"arrays that add up": {"*300\r\n*300\r\n", faultdaemon.ErrTooLarge, `'*' at byte 6 announces 300 values`},
		"a line without end": {"+" + strings.Repeat("x", 2000), faultdaemon.ErrTooLarge, "more than 1000 bytes, in the line at byte 0"},
		"cut in a line":      {"*2\r\n:1\r\n:", io.ErrUnexpectedEOF, "the line at byte 8 has no end: wrong protocol?"},
		"cut before a value": {"*2\r\n:1\r\n", io.ErrUnexpectedEOF, "the line at byte 8 has no end"},
		"cut in a string":    {"*1\r\n$5\r\nab", io.ErrUnexpectedEOF, "2 of the 5 bytes of the string at byte 8"},
		"cut in a line end":  {"$2\r\nab\r", io.ErrUnexpectedEOF, "the string at byte 4 has no end"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := resp.Protocol{}.ReadMessage(bufio.NewReader(strings.NewReader(tt.stream)), 1000)
			require.ErrorIs(t, err, tt.is)
			require.ErrorContains(t, err, tt.says)
			require.True(t, strings.HasPrefix(tt.stream, string(got)), "%q", got)
		})
	}
}

// Without a limit, sizes that add up to more than an int has are an error like others.
func TestSizesDoNotOverflow(t *testing.T) {
	most := math.MaxInt / len("+\r\n")
	stream := strings.Repeat(fmt.Sprintf("*%d\r\n", most-100), 8)
	_, err := resp.Protocol{}.SkipMessage(bufio.NewReader(strings.NewReader(stream)), 10)
	require.ErrorIs(t, err, faultdaemon.ErrTooLarge)
}

// A size takes no memory before the bytes are there, and what is nested takes none.
func TestSizesTakeNoMemory(t *testing.T) {
	stream := bytes.Repeat([]byte("*1\r\n"), 1000)
	stream = append(stream, "$1000000000\r\nab"...)
	r := bufio.NewReader(bytes.NewReader(stream))
	allocated := testing.AllocsPerRun(10, func() {
		r.Reset(bytes.NewReader(stream))
		_, err := resp.Protocol{}.ReadMessage(r, noLimit)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	})
	require.Less(t, allocated, 30.0)
}

const noLimit = math.MaxInt
