package lengthprefix_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// unhex reads hexadecimal with spaces in it.
func unhex(t testing.TB, text string) []byte {
	t.Helper()
	raw, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	require.NoError(t, err)
	return raw
}

// readsOne reads the first message of a stream, and what is left behind it.
func readsOne(p faultdaemon.Protocol, stream []byte, limit int) (message, rest []byte, err error) {
	r := bufio.NewReader(bytes.NewReader(stream))
	message, err = p.ReadMessage(r, limit)
	message = bytes.Clone(message)
	rest, _ = io.ReadAll(r) // of a slice, which cannot fail
	return message, rest, err
}

// started returns a daemon in memory that is stopped when the test ends, and a
// connection to it.
func started(t testing.TB, cfg faultdaemon.Config) (*faultdaemon.FaultDaemon, net.Conn) {
	t.Helper()
	d := faultdaemon.New("", cfg)
	require.NoError(t, d.Start())
	t.Cleanup(d.Stop)
	conn, err := d.Dial(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() }) // the daemon may have closed it
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	return d, conn
}

// exchange sends a request and reads as many bytes as wanted, both in
// hexadecimal.
func exchange(t testing.TB, conn net.Conn, send, want string) {
	t.Helper()
	_, err := conn.Write(unhex(t, send))
	require.NoError(t, err)
	got := make([]byte, len(unhex(t, want)))
	_, err = io.ReadFull(conn, got)
	require.NoError(t, err)
	require.Equal(t, hex.EncodeToString(unhex(t, want)), hex.EncodeToString(got))
}

const noLimit = math.MaxInt
