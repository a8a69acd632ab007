package hostile

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A client that sends a byte a minute is served when its request is whole. Nobody
// else waits for it.
func TestOneByteAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := faultdaemon.New("", faultdaemon.Config{})
		require.NoError(t, d.Start())
		defer d.Stop()
		slow, other := dial(t, d), dial(t, d)
		for _, b := range []byte("ping\n") {
			require.Empty(t, d.GetCalls())
			time.Sleep(time.Minute) // of virtual time
			_, err := slow.Write([]byte{b})
			require.NoError(t, err)
		}
		got := make([]byte, len("ping\n"))
		_, err := io.ReadFull(slow, got)
		require.NoError(t, err)
		require.Equal(t, "ping\n", string(got))
		isServed(t, other)
	})
}

// A client that asks for 100 MiB and reads none of it costs one reply, and what the
// kernel holds.
func TestClientThatNeverReads(t *testing.T) {
	const replies = 100
	reply := bytes.Repeat([]byte("x"), 1<<20)
	d := onUnix(t, faultdaemon.Config{ResponseHandler: func([]byte) []byte { return reply }})
	conn := dial(t, d)
	before := allocated()
	_, err := io.WriteString(conn, strings.Repeat("\n", replies))
	require.NoError(t, err)
	eventually(t, func() bool { return len(d.GetCalls()) == 1 })
	require.False(t, has(d, faultdaemon.EventReplied), "1 MiB is more than a socket holds")
	stopsQuickly(t, d)
	require.Len(t, d.GetCalls(), 1, "the other requests are not read")
	require.Less(t, allocated()-before, uint64(1<<20))
}

// A client that has shut its write side is answered, then its connection ends.
func TestHalfClosedClients(t *testing.T) {
	d := onUnix(t, faultdaemon.Config{})
	for _, test := range []struct{ sends, gets string }{
		{"", ""}, {"ping\n", "ping\n"}, {"one\ntwo\n", "one\ntwo\n"}, {"ping\nand no end", "ping\n"},
	} {
		conn := dial(t, d)
		require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
		_, err := io.WriteString(conn, test.sends)
		require.NoError(t, err)
		require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
		got, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.Equal(t, test.gets, string(got))
	}
	require.Equal(t, 1, count(d, faultdaemon.EventUnfinished))
}
