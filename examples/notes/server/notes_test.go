package server

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/examples/notes/wire"
)

func TestAKeyAddsOnce(t *testing.T) {
	var n Notes
	var calls sync.WaitGroup
	for range 20 {
		calls.Go(func() { assert.NoError(t, n.Add("k", "milk", "bread")) })
	}
	calls.Wait()
	assert.Equal(t, []string{"milk", "bread"}, n.List())
	assert.EqualError(t, n.Add("k", "milk"), `the key "k" was used for other notes`)
	assert.Equal(t, []string{"milk", "bread"}, n.List())
}

func TestWithoutAKeyEveryAddCounts(t *testing.T) {
	var n Notes
	require.NoError(t, n.Add("", "milk"))
	require.NoError(t, n.Add("", "milk"))
	assert.Equal(t, []string{"milk", "milk"}, n.List())
}

func TestTheNewestKeysAreRemembered(t *testing.T) {
	var n Notes
	for i := range 1025 {
		require.NoError(t, n.Add(strconv.Itoa(i), "milk"))
	}
	require.NoError(t, n.Add("1", "milk"))
	require.Len(t, n.List(), 1025)
	require.NoError(t, n.Add("0", "milk"))
	require.Len(t, n.List(), 1026, "0 is forgotten")
	assert.Len(t, n.done, 1024)
}

// All notes together fit into a reply, however they are written.
func TestNotesFitIntoAReply(t *testing.T) {
	for _, text := range []string{strings.Repeat("x", 400), strings.Repeat("<", 400), strings.Repeat(`"`, 400), "x"} {
		var n Notes
		many := make([]string, 900)
		for i := range many {
			many[i] = text
		}
		for n.Add("", many...) == nil {
			require.Less(t, len(n.texts), wire.MaxLine)
		}
		before := len(n.List())
		require.NotZero(t, before)
		ok := true
		_, err := wire.Encode(wire.Reply{ID: 1 << 62, OK: &ok, Notes: n.List()})
		require.NoError(t, err)
		assert.ErrorContains(t, n.Add("k", many...), "no room for more notes")
		assert.Len(t, n.List(), before)
		assert.Empty(t, n.done, "what was not done is not remembered")
	}
}
