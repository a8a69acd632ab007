package langserver_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
