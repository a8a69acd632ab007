package langserver_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/faultdaemon/toolkit/examples/langserver"
	"github.com/faultdaemon/toolkit/faultdaemon/faulttest"
)

// A lost session is over, and the next one has nothing to do with it.
func TestTheSessionAfterALostOne(t *testing.T) {
	d := faulttest.Start(t, under(t, "textDocument/hover:1*close_after_read"))
	lost := dial(t, d.SocketPath())
	require.NoError(t, lost.Open(t.Context(), uri, catsAndSongs))
	_, err := ask(t.Context(), lost)
	require.ErrorContains(t, err, "the session is over")

	c := dial(t, d.SocketPath())
	require.NoError(t, c.Open(t.Context(), uri, catsAndSongs))
	_, err = ask(t.Context(), c)
	require.NoError(t, err)
	assert.EqualValues(t, 2, d.ConnectionCount())
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
