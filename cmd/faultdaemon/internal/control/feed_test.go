package control

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A reader that comes too late is told how much it missed, and gets the newest.
func TestFeedSaysHowManyEventsAreMissing(t *testing.T) {
	var f Feed
	for n := range keptEvents + 3 {
		f.Add(faultdaemon.Event{Kind: faultdaemon.EventRead, Exchange: n + 1})
	}
	var out bytes.Buffer
	require.NoError(t, f.Copy(t.Context(), &out, false))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 1+16384)
	require.Equal(t, `{"missed":3}`, lines[0])
	require.Contains(t, lines[1], `"exchange":4`)
	require.Contains(t, lines[16384], `"exchange":16387`)
}

// A stalled writer does not hold up who adds, and goes on with what it missed.
func TestFeedWaitsForNoWriter(t *testing.T) {
	var f Feed
	f.Add(faultdaemon.Event{Exchange: 1})
	w := &stalled{reached: make(chan struct{}), release: make(chan struct{})}
	copied := make(chan error, 1)
	go func() { copied <- f.Copy(t.Context(), w, true) }()
	<-w.reached
	for n := range keptEvents + 1 {
		f.Add(faultdaemon.Event{Exchange: n + 2})
	}
	f.Close()
	close(w.release)
	require.NoError(t, <-copied)
	require.Contains(t, w.String(), "\n"+`{"missed":1}`+"\n")
	require.Equal(t, 1+1+keptEvents, strings.Count(w.String(), "\n"))
}

// stalled holds its first Write until it is released.
type stalled struct {
	bytes.Buffer
	reached, release chan struct{}
	again            bool
}

func (s *stalled) Write(p []byte) (int, error) {
	if !s.again {
		s.again = true
		close(s.reached)
		<-s.release
	}
	return s.Buffer.Write(p)
}
