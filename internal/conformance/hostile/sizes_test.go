package hostile

import (
	"io"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
	"github.com/faultdaemon/toolkit/protocols/resp"
)

// A length that is announced costs nothing: memory grows with the bytes that come,
// even where the daemon's own limit is no help.
func TestAnnouncedGigabytes(t *testing.T) {
	for name, test := range map[string]struct {
		protocol faultdaemon.Protocol
		begins   string
	}{
		"Content-Length": {jsonrpc.Headers, "Content-Length: 2000000000\r\n\r\n{"},
		"4 bytes":        {lengthprefix.Layout{LengthWidth: 4}, "\x70\x00\x00\x00{"},
		"8 bytes":        {lengthprefix.Layout{LengthWidth: 8}, "\x00\x00\x00\x00\x70\x00\x00\x00{"},
		"a bulk string":  {resp.Protocol{}, "$2000000000\r\n{"},
		"an array":       {resp.Protocol{}, "*600000000\r\n+"},
		"a varint":       {lengthprefix.Varint{}, "\x80\x80\x80\x80\x07{"},
	} {
		t.Run(name, func(t *testing.T) {
			d := onUnix(t, faultdaemon.Config{Protocol: test.protocol, MaxRequestBytes: math.MaxInt32})
			conn := dial(t, d)
			require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
			before := allocated()
			_, err := io.WriteString(conn, test.begins)
			require.NoError(t, err)
			require.NoError(t, conn.(interface{ CloseWrite() error }).CloseWrite())
			_, err = io.ReadAll(conn)
			require.NoError(t, err)
			require.True(t, has(d, faultdaemon.EventUnfinished))
			require.Less(t, allocated()-before, uint64(1<<20))
		})
	}
}
