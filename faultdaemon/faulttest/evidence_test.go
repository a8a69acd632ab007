package faulttest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What a client was seen to do, from the daemon's events and calls.
func TestSeenDoing(t *testing.T) {
	read := func(connection int64, exchange, size int) faultdaemon.Event {
		return faultdaemon.Event{Kind: faultdaemon.EventRead, Connection: connection, Exchange: exchange, Bytes: size}
	}
	replied := faultdaemon.Event{Kind: faultdaemon.EventReplied, Connection: 1, Bytes: 5}
	for name, c := range map[string]struct {
		events []faultdaemon.Event
		calls  string
		want   faultdaemon.Need
	}{
		"one call":              {[]faultdaemon.Event{read(1, 1, 5), replied}, "{}", 0},
		"two calls":             {[]faultdaemon.Event{read(1, 1, 5), replied, read(1, 2, 5), replied}, "{}", faultdaemon.SecondExchange},
		"two before a reply":    {[]faultdaemon.Event{read(1, 1, 5), read(1, 2, 5), replied}, "{}", faultdaemon.SecondExchange | faultdaemon.Pipelining},
		"two connections":       {[]faultdaemon.Event{read(1, 1, 5), read(2, 1, 5)}, "{}", faultdaemon.SecondConnection},
		"as much as fits":       {[]faultdaemon.Event{read(1, 1, 212992)}, "{}", 0},
		"more than fits":        {[]faultdaemon.Event{read(1, 1, 212993)}, "{}", faultdaemon.LargeWrite},
		"several in an array":   {nil, " [{},{}]\n", faultdaemon.Batch},
		"an array inside a one": {nil, "{\"a\":[]}\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			calls := []faultdaemon.RPCCall{{Request: []byte(c.calls)}}
			require.Equal(t, c.want, seenDoing(c.events, calls, faultdaemon.Lines))
		})
	}
}

// Stacks of two runs are the same text.
func TestPlainStack(t *testing.T) {
	require.Equal(t, strings.TrimSpace(`
goroutine [chan receive (durable)]:
pkg.(*T).loop(...)
	/src/pkg/t.go:12
created by pkg.New
	/src/pkg/t.go:7`), plain(`goroutine 35 [chan receive (durable), 2 minutes, synctest bubble 7]:
pkg.(*T).loop(0xc000012345, {0x1, 0x2})
	/src/pkg/t.go:12 +0x1d
created by pkg.New in goroutine 34
	/src/pkg/t.go:7 +0x5f
`))
}

// The arguments of the testing package stay behind, the user's own do not.
func TestUserFlags(t *testing.T) {
	require.Equal(t, []string{"-update", "test.log", "--", "x"},
		userFlags([]string{"-test.v=true", "--test.run=^TestX$", "-update", "test.log", "--", "x"}))
}
