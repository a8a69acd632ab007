package faultdaemon_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// writes counts the writes of the connections that a listener accepts.
type writes struct {
	net.Listener
	n atomic.Int64
}

func (w *writes) Accept() (net.Conn, error) {
	conn, err := w.Listener.Accept()
	return countedConn{conn, &w.n}, err
}

type countedConn struct {
	net.Conn
	writes *atomic.Int64
}

func (c countedConn) Write(p []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(p)
}

// Echoes of requests that come together go out together; where a function of the
// user's runs between two of them, it may wait, and the reply before it must not.
func TestRepliesGoOutTogether(t *testing.T) {
	const together = 32
	handler := func(request []byte) []byte { return request }
	for name, tt := range map[string]struct {
		cfg  faultdaemon.Config
		want int64
	}{
		"echo":    {faultdaemon.Config{}, 1},
		"handler": {faultdaemon.Config{ResponseHandler: handler}, together},
		"matcher": {faultdaemon.Config{
			Fault:        faultdaemon.FaultHangBeforeResponse,
			FaultMatcher: func([]byte) bool { return false },
		}, together},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("unix", faulttest.TempSocket(t))
			require.NoError(t, err)
			counted := &writes{Listener: l}
			d := faultdaemon.New("", tt.cfg)
			require.NoError(t, d.StartOn(counted))
			t.Cleanup(d.Stop)
			conn, err := net.Dial("unix", l.Addr().String())
			require.NoError(t, err)
			t.Cleanup(func() { conn.Close() })
			require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
			text := strings.Repeat("ping\n", together)
			_, err = io.WriteString(conn, text)
			require.NoError(t, err)
			got := make([]byte, len(text))
			_, err = io.ReadFull(conn, got)
			require.NoError(t, err)
			require.Equal(t, text, string(got))
			require.Equal(t, tt.want, counted.n.Load())

			conn.Close()
			d.Stop()
			replied := 0
			for _, ev := range d.Events() {
				if ev.Kind == faultdaemon.EventReplied {
					replied++
					require.Equal(t, replied, ev.Exchange)
					require.Equal(t, len("ping\n"), ev.Bytes)
				}
			}
			require.Equal(t, together, replied)
		})
	}
}

// A client that waits for a reply before it sends the rest of its next request gets it.
func TestAReplyDoesNotWaitForTheRestOfARequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := talkTo(t, faultdaemon.New("", faultdaemon.Config{}))
		_, err := io.WriteString(conn, "one\ntwo\nthr")
		require.NoError(t, err)
		r := bufio.NewReader(conn)
		for _, want := range []string{"one\n", "two\n"} {
			got, err := r.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, want, got)
		}
		_, err = io.WriteString(conn, "ee\n")
		require.NoError(t, err)
		got, err := r.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "three\n", got)
	})
}

// What a fault does that is set while requests are under way comes after the replies to
// those before.
func TestRepliesComeBeforeAFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var d *faultdaemon.FaultDaemon
		d = faultdaemon.New("", faultdaemon.Config{Trace: func(ev faultdaemon.Event) {
			if ev.Kind == faultdaemon.EventRead && ev.Exchange == 2 {
				d.SetFault(faultdaemon.FaultHangBeforeResponse)
			}
		}})
		conn := talkTo(t, d)
		_, err := io.WriteString(conn, "one\ntwo\nthree\n")
		require.NoError(t, err)
		got, err := io.ReadAll(conn)
		require.Equal(t, "one\ntwo\n", string(got))
		require.ErrorContains(t, err, "timeout", "it hangs")
	})
}

// A request that is too large ends the connection after the replies to those before.
func TestRepliesComeBeforeTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conn := talkTo(t, faultdaemon.New("", faultdaemon.Config{MaxRequestBytes: 4}))
		_, err := io.WriteString(conn, "one\ntwo\nthree\n")
		require.NoError(t, err)
		got, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.Equal(t, "one\ntwo\n", string(got))
	})
}

// talkTo starts a daemon in memory and returns a connection to it, which ends after a
// virtual minute.
func talkTo(t *testing.T, d *faultdaemon.FaultDaemon) net.Conn {
	require.NoError(t, d.Start())
	t.Cleanup(d.Stop)
	conn, err := d.Dial(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	return conn
}
