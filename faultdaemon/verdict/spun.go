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

// A client that connects, or sends requests, more often than so many times a second
// for longer than this has [Spun], unless it does so as often when it is healthy.
const (
	maxAsks  = 20
	asksTime = 2 * time.Second
)

// A client that could not connect has [Spun] if it took more processor time than this
// beyond what it takes when it is healthy, and that for more than such a share of the run:
// the kernel refuses connects, and nobody else sees them.
const (
	maxProcessor      = time.Second
	maxProcessorShare = 4 // a quarter
)

// burnt returns a message if a client has computed all the time while it could not
// connect; "" if it did not.
func (c *Client) burnt(info faultdaemon.Info, o Observation) string {
	used := o.Processor - c.processor
	if info.Stage != faultdaemon.StageListen || o.Connections > 0 || o.Session != nil || used <= maxProcessor || used*maxProcessorShare <= o.Took() {
		return ""
	}
	return fmt.Sprintf("it took %s of processor time in %s while it could not connect", Brief(o.Processor), Brief(o.Took()))
}

// spun returns a message if a client tried something again and again without a pause
// that grows; "" if it did not.
func (c *Client) spun(info faultdaemon.Info, o Observation) string {
	if o.Spawned && info.Stage == faultdaemon.StageProcess {
		return c.restarted(o)
	}
	if why := c.burnt(info, o); why != "" {
		return why
	}
	connects, requests := o.Pace.until(o.Ended)
	if o.Spawned {
		connects = nil // each is a start
	}
	for _, kind := range []struct {
		did     string
		times   []time.Time
		allowed int
	}{
		{"connected", connects, max(maxAsks, c.connects)},
		{"sent requests", requests, max(maxAsks, c.requests)},
	} {
		if n, stretch := longest(kind.times, kind.allowed); stretch > asksTime || len(kind.times) == paced && kind.allowed < paced {
			return fmt.Sprintf("it %s %d times in %s; %d times a second are allowed", kind.did, n, Brief(stretch), kind.allowed)
		}
	}
	return ""
}

// restarted returns a message if a client started a server that ends at its start
// again and again; "" if it did not.
func (c *Client) restarted(o Observation) string {
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
