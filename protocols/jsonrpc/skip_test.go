package jsonrpc_test

import (
	"bufio"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is read over is one whole message, however much of it is kept and
// whether the reader's buffer of 4096 bytes holds it or not.
func TestSkipMessage(t *testing.T) {
	for _, p := range framings {
		for _, text := range []string{`{"id":1}`, `"` + strings.Repeat("x", 20_000) + `"`} {
			message := framed(p, text)
			for _, keep := range []int{0, 3, 1 << 20} {
				before := ""
				if p.String() == "jsonrpc.Lines" {
					before = "\n \r\n" // blank lines are no messages
				}
				r := bufio.NewReader(strings.NewReader(before + message + "next"))
				got, err := p.SkipMessage(r, keep)
				require.NoError(t, err)
				require.Equal(t, message[:min(keep, len(message))], string(got), p)
				rest, err := io.ReadAll(r)
				require.NoError(t, err)
				require.Equal(t, "next", string(rest), p)
			}
			_, err := p.SkipMessage(bufio.NewReader(strings.NewReader(message[:len(message)-1])), 3)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, p)
		}
		_, err := p.SkipMessage(bufio.NewReader(strings.NewReader("")), 3)
		require.Equal(t, io.EOF, err)
	}
}
