package relay

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/protocols/jsonrpc"
	"github.com/faultdaemon/toolkit/protocols/lengthprefix"
)

// random returns so many bytes, the same each time.
func random(n int) []byte {
	p := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{}).Read(p)
	return p
}

func framed(payload []byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), payload...)
}

// Large messages pass as they are, with small ones between them, in both directions at
// once, and the next request is one that a fault can act on.
func TestLargeMessagesPass(t *testing.T) {
	layout := lengthprefix.Layout{LengthWidth: 4}
	stream := bytes.Join([][]byte{framed(random(3 << 20)), framed([]byte("small")), framed(random(100 << 10)), framed(nil)}, nil)
	for _, network := range []string{"unix", "tcp"} {
		for name, protocol := range map[string]faultdaemon.Protocol{"sized": layout, "lines": faultdaemon.Lines, "garbage": jsonrpc.Headers} {
			t.Run(network+"/"+name, func(t *testing.T) {
				p := onSockets(t, network, faultdaemon.Config{Protocol: protocol})
				sent := make(chan error, 2)
				for _, from := range []net.Conn{p.client, p.upstream} {
					go func() {
						_, err := from.Write(stream)
						sent <- err
					}()
				}
				for _, to := range []io.Reader{p.atUp, p.atClient} {
					got := make([]byte, len(stream))
					_, err := io.ReadFull(to, got)
					require.NoError(t, err)
					require.True(t, bytes.Equal(stream, got), "the stream is another")
				}
				require.NoError(t, <-sent)
				require.NoError(t, <-sent)
				if name != "sized" {
					return
				}
				p.daemon.SetFault(faultdaemon.FaultCloseAfterRead)
				_, err := p.client.Write(framed([]byte("one more")))
				require.NoError(t, err)
				p.ends(p.atClient, io.EOF)
			})
		}
	}
}

// A stream that ends inside a large message ends there at the other side too.
func TestALargeMessageThatEndsTooSoon(t *testing.T) {
	for _, network := range []string{"unix", "tcp"} {
		t.Run(network, func(t *testing.T) {
			p := onSockets(t, network, faultdaemon.Config{Protocol: lengthprefix.Layout{LengthWidth: 4}})
			part := framed(random(1 << 20))[:300<<10]
			_, err := p.client.Write(part)
			require.NoError(t, err)
			require.NoError(t, p.client.(interface{ CloseWrite() error }).CloseWrite())
			got, err := io.ReadAll(p.atUp)
			require.NoError(t, err)
			require.True(t, bytes.Equal(part, got), "%d bytes, want %d", len(got), len(part))
			p.replies("still here, in four bytes and more")
		})
	}
}

// A request that comes whole is in the log before the upstream can reply to it: else a
// client that waits for each reply would seem not to wait.
func TestARequestIsKnownBeforeItIsPassedOn(t *testing.T) {
	for _, network := range []string{"unix", "tcp"} {
		t.Run(network, func(t *testing.T) {
			looks, looked := make(chan bool), make(chan bool)
			p := onSockets(t, network, faultdaemon.Config{
				Protocol: lengthprefix.Layout{LengthWidth: 4},
				Trace: func(ev faultdaemon.Event) {
					if ev.Kind == faultdaemon.EventRead {
						looks <- true
						<-looked
					}
				},
			})
			_, err := p.client.Write(framed([]byte("ping")))
			require.NoError(t, err)
			<-looks
			require.NoError(t, p.upstream.SetReadDeadline(time.Now().Add(20*time.Millisecond)))
			_, err = p.upstream.Read(make([]byte, 1))
			looked <- true
			require.ErrorIs(t, err, os.ErrDeadlineExceeded, "nothing is on its way yet")
			require.NoError(t, p.upstream.SetReadDeadline(time.Now().Add(time.Minute)))
			_, err = io.ReadFull(p.upstream, make([]byte, len(framed([]byte("ping")))))
			require.NoError(t, err)
		})
	}
}
