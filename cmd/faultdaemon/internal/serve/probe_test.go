package serve

import (
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// Who has connected before the visit, and who does after it, reaches the
// daemon; the visit does not.
func TestTheVisitIsNotAccepted(t *testing.T) {
	for _, text := range []string{"unix:" + faulttest.TempSocket(t), "tcp:127.0.0.1:0", "tcp:[::1]:0"} {
		t.Run(text, func(t *testing.T) {
			address, err := ParseAddress(text, false)
			require.NoError(t, err)
			inner, err := address.listen()
			if err != nil {
				t.Skipf("%s: %v", text, err)
			}
			l := &probedListener{Listener: inner}
			dial := func() net.Conn {
				conn, err := net.Dial(l.Addr().Network(), l.Addr().String())
				require.NoError(t, err)
				t.Cleanup(func() { _ = conn.Close() })
				return conn
			}
			accepted := make(chan byte, 3)
			ended := make(chan error, 1)
			dial().Write([]byte{'a'})
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						ended <- err
						return
					}
					first := make([]byte, 1)
					_, _ = conn.Read(first)
					_ = conn.Close()
					accepted <- first[0]
				}
			}()
			require.NoError(t, l.probe(t.Context()))
			dial().Write([]byte{'b'})
			require.Equal(t, byte('a'), <-accepted)
			require.Equal(t, byte('b'), <-accepted)
			require.NoError(t, l.Close())
			require.ErrorIs(t, <-ended, net.ErrClosed)
			require.Empty(t, accepted)
		})
	}
}
