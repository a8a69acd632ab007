package verdict

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// What a client was seen to do, from the daemon's events and calls.
func TestDoes(t *testing.T) {
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
			require.Equal(t, c.want, Log(c.events).capabilities(calls, faultdaemon.Lines))
		})
	}
}
