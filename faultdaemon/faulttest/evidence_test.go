package faulttest

import (
	"context"
	"strings"
	"testing"
	"time"

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

// A delay as long as the client waits ends in a tie on the real clock: the
// reply was written and the client did not see it any more.
func TestTie(t *testing.T) {
	start := time.Unix(1000, 0)
	at := func(d time.Duration) time.Time { return start.Add(d) }
	tied := &trial{started: start, ended: at(3 * time.Second), err: context.DeadlineExceeded, fired: 1, events: []faultdaemon.Event{
		{Kind: faultdaemon.EventAccepted, Connection: 1, Time: start},
		{Kind: faultdaemon.EventReplied, Connection: 1, Bytes: 5, Time: at(2999 * time.Millisecond)},
	}}
	delay := faultdaemon.Info{Client: faultdaemon.Survives}
	j := &judge{written: 5, patience: 3 * time.Second, deadline: 3 * time.Second, real: true}
	require.True(t, j.right(delay, TimedOut, tied))
	tied.events[1].Time = at(2940 * time.Millisecond)
	require.False(t, j.right(delay, TimedOut, tied), "the client had 60 ms")
	j.real = false
	tied.events[1].Time = tied.ended
	require.False(t, j.right(delay, TimedOut, tied), "virtual time is exact")
}
