//go:build !race

package lengthprefix_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// An echo allocates nothing that every message needs, also of messages that the buffer
// of a new connection does not hold. Call records take a chunk of 64 KiB for four of
// these.
func TestAllocationsOfAnEcho(t *testing.T) {
	d := faultdaemon.New("", faultdaemon.Config{Protocol: lengthprefix.Layout{LengthWidth: 4}, MaxCalls: 1})
	require.NoError(t, d.Start())
	t.Cleanup(d.Stop)
	conn, err := d.Dial(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	const size = 16 << 10
	message := append(binary.BigEndian.AppendUint32(nil, size), bytes.Repeat([]byte{'x'}, size)...)
	reply := make([]byte, len(message))
	exchange := func() {
		if _, err := conn.Write(message); err != nil {
			t.Error(err)
		}
		if _, err := io.ReadFull(conn, reply); err != nil {
			t.Error(err)
		}
	}
	for range 10 {
		exchange()
	}
	require.Equal(t, message, reply)
	require.LessOrEqual(t, testing.AllocsPerRun(1000, exchange), 1.0)
}
