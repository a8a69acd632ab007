package memnet

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTimersAreStopped(t *testing.T) {
	for name, stop := range map[string]func(*Conn){
		"by Close":          func(c *Conn) { c.Close() },
		"by Finish":         func(c *Conn) { c.Finish() },
		"by Reset":          func(c *Conn) { c.Reset() },
		"by no deadline":    func(c *Conn) { c.SetDeadline(time.Time{}) },
		"by a past instant": func(c *Conn) { c.SetDeadline(time.Unix(1, 0)) },
	} {
		t.Run(name, func(t *testing.T) {
			c, _ := Pipe()
			c.SetDeadline(time.Now().Add(time.Hour))
			require.NotNil(t, c.reading.timer)
			require.NotNil(t, c.writing.timer)
			stop(c)
			require.False(t, c.reading.timer.Stop(), "it was no longer running")
			require.False(t, c.writing.timer.Stop(), "it was no longer running")
		})
	}
}

func TestATimerIsUsedAgain(t *testing.T) {
	c, _ := Pipe()
	c.SetReadDeadline(time.Now().Add(time.Hour))
	first := c.reading.timer
	c.SetReadDeadline(time.Time{})
	c.SetReadDeadline(time.Now().Add(time.Minute))
	require.Same(t, first, c.reading.timer)
	require.True(t, first.Stop(), "it was running")
}
