package langserver_test

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	fd "github.com/faultdaemon/toolkit/faultdaemon"
)

// A lazyReader is a connection that, once it is lazy, is read a byte at a time,
// and no further than that before a write has failed.
type lazyReader struct {
	net.Conn
	lazy   atomic.Bool
	once   sync.Once
	failed chan struct{}
}

func (c *lazyReader) Read(p []byte) (int, error) {
	if c.lazy.Load() {
		<-c.failed
	}
	return c.Conn.Read(p[:1])
}

func (c *lazyReader) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if err != nil {
		c.once.Do(func() { close(c.failed) })
	}
	return n, err
}

// The daemon responds to the first call and leaves. That the request of the
// second can no longer be written must not lose the response that is there.
func TestAResponseIsNotLostToAWriteThatFails(t *testing.T) {
	cfg := under(t, "jsonrpc_close_race_with_reply")
	synctest.Test(t, func(t *testing.T) {
		d := fd.New("", cfg)
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		lazy := &lazyReader{Conn: conn, failed: make(chan struct{})}
		c := begin(t, lazy)
		synctest.Wait()
		lazy.lazy.Store(true)

		var text string
		var first error
		var asking sync.WaitGroup
		asking.Go(func() { text, first = c.Hover(t.Context(), uri, 1) })
		synctest.Wait()
		_, second := c.Symbols(t.Context(), uri)
		asking.Wait()
		require.NoError(t, first)
		assert.Equal(t, "2 of 2: sing", text)
		assert.ErrorContains(t, second, "the session is over: the daemon closed the connection")
	})
}
