package langserver_test

import (
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultdaemon/toolkit/examples/langserver"
	fd "github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

func TestCloseEndsAllCalls(t *testing.T) {
	against(t, "hang_before_response", func(t *testing.T, c *langserver.Client, _ *fd.FaultDaemon) {
		var hover, remarks error
		var asking sync.WaitGroup
		require.NoError(t, c.Open(t.Context(), uri, catsAndSongs))
		asking.Go(func() { _, hover = c.Hover(t.Context(), uri, 1) })
		asking.Go(func() { _, remarks = c.Diagnostics(t.Context(), uri) })
		synctest.Wait()
		c.Close()
		asking.Wait()
		assert.ErrorIs(t, hover, langserver.ErrClosed)
		assert.ErrorIs(t, remarks, langserver.ErrClosed)
		assert.ErrorIs(t, c.Open(t.Context(), uri, catsAndSongs), langserver.ErrClosed)
	})
}

// A lateReader is a connection whose reads return their error late.
type lateReader struct {
	net.Conn
	release chan struct{}
}

func (c lateReader) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err != nil {
		<-c.release
	}
	return n, err
}

func TestCloseWaitsForWhatRuns(t *testing.T) {
	cfg := under(t, "none")
	synctest.Test(t, func(t *testing.T) {
		d := fd.New("", cfg)
		require.NoError(t, d.Start())
		defer d.Stop()
		conn, err := d.Dial(t.Context())
		require.NoError(t, err)
		late := lateReader{conn, make(chan struct{})}
		c := begin(t, late)
		closed := make(chan struct{})
		go func() {
			defer close(closed)
			c.Close()
		}()
		synctest.Wait()
		select {
		case <-closed:
			t.Error("the goroutine that reads has outlived Close")
		default:
		}
		close(late.release)
		<-closed
	})
}

// Neither a call that waits nor a write that is under way keeps a goroutine
// alive, nor Close waiting.
func TestCloseLeavesNothingBehind(t *testing.T) {
	d := faulttest.Start(t, under(t, "stop_reading(2)"))
	before := goleak.IgnoreCurrent()
	c := dial(t, d.SocketPath())
	var asking sync.WaitGroup
	asking.Go(func() { assert.ErrorIs(t, c.Open(t.Context(), uri, strings.Repeat("x", 1<<19)), langserver.ErrClosed) })
	asking.Go(func() {
		_, err := c.Hover(t.Context(), uri, 1)
		assert.ErrorIs(t, err, langserver.ErrClosed)
	})
	require.NoError(t, d.WaitForCalls(t.Context(), 2)) // initialize, initialized
	c.Close()
	asking.Wait()
	goleak.VerifyNone(t, before)
}
