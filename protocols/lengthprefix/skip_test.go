package lengthprefix_test

import (
	"bufio"
	"bytes"
	"io"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// What is read over is one whole message, however much of it is kept and
// whether the reader's buffer of 4096 bytes holds it or not.
func TestSkipMessage(t *testing.T) {
	for _, p := range presets {
		t.Run(p.name, func(t *testing.T) {
			skipper := p.protocol.(faultdaemon.Skipper)
			for _, size := range []int{1, 20_000} {
				message, err := p.protocol.Frame(bytes.Repeat([]byte("x"), size))
				require.NoError(t, err)
				for _, keep := range []int{0, 3, 1 << 20} {
					r := bufio.NewReader(bytes.NewReader(append(bytes.Clone(message), "next"...)))
					got, err := skipper.SkipMessage(r, keep)
					require.NoError(t, err)
					require.Equal(t, string(message[:min(keep, len(message))]), string(got))
					rest, err := io.ReadAll(r)
					require.NoError(t, err)
					require.Equal(t, "next", string(rest))
				}
				_, err = skipper.SkipMessage(bufio.NewReader(bytes.NewReader(message[:len(message)-1])), 3)
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			}
			_, err := skipper.SkipMessage(bufio.NewReader(bytes.NewReader(nil)), 3)
			require.Equal(t, io.EOF, err)
		})
	}
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// What is read over is never in memory as a whole.
func TestSkippingTakesNoMemory(t *testing.T) {
	r := bufio.NewReader(io.MultiReader(bytes.NewReader(unhex(t, "01000000")), zeros{}))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got, err := lengthprefix.Layout{LengthWidth: 4}.SkipMessage(r, 6)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	require.Equal(t, unhex(t, "01000000 0000"), got)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<10), "for a message of 16 MiB")
}

func TestPostgresConnectionSkips(t *testing.T) {
	p := lengthprefix.PostgresConnection().(faultdaemon.Skipper)
	r := bufio.NewReader(bytes.NewBufferString(pgQuery + pgStartup + "N"))
	for _, want := range []string{pgQuery[:4], pgStartup[:4], "N"} {
		got, err := p.SkipMessage(r, 4)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	_, err := p.SkipMessage(r, 4)
	require.Equal(t, io.EOF, err)
}
