package verdict

import (
	"fmt"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A client that starts its server more often than this has [Spun], unless it
// starts it as often when it is healthy.
const (
	maxStarts    = 10
	startsWithin = 2 * time.Second
)

// spun returns a message if a client started a server that ends at its start again
// and again; "" if it did not, or if its connections are not processes that it has
// started.
func (c *Client) spun(info faultdaemon.Info, o Observation) string {
	if !o.Spawned || info.Stage != faultdaemon.StageProcess {
		return ""
	}
	n, took := o.Log.burst(startsWithin)
	if n <= max(maxStarts, c.starts) {
		return ""
	}
	return fmt.Sprintf("it started its server %d times in %s; %d times in %s are allowed", n, Brief(took), maxStarts, startsWithin)
}

// burst returns the most connections that came within a time, and the time that
// they took.
func (l Log) burst(within time.Duration) (most int, took time.Duration) {
	var began []time.Time
	for _, ev := range l {
		if ev.Kind != faultdaemon.EventAccepted {
			continue
		}
		began = append(began, ev.Time)
		for ev.Time.Sub(began[0]) > within {
			began = began[1:]
		}
		if len(began) > most {
			most, took = len(began), ev.Time.Sub(began[0])
		}
	}
	return most, took
}
