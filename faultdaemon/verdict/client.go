package verdict

import (
	"slices"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Rules determine how strictly clients are judged. The zero value is the
// default.
type Rules struct {
	// StrictGrades fails results that are [Lenient] or [Late].
	StrictGrades bool

	// Once picks the requests that must not be carried out twice; nil picks
	// none. Its argument is a request message as it arrived.
	Once faultdaemon.FaultMatcher

	// OnceIgnore are the names of JSON members, at any depth, that may differ
	// between a request and its repetition, such as times. The members "id" and
	// "seq" of the request itself, and "_meta" anywhere, may always differ.
	OnceIgnore []string

	// MaxMemory is how many bytes a client may take beyond what it takes when
	// healthy, under faults whose entry is Unbounded; 0 is 64 MiB, or twice what it
	// takes when healthy where that is more.
	MaxMemory int64
}

// A Client holds what the runs before the first fault have shown about a
// client: what it does when the daemon is healthy, and when it is silent. Once
// the client is learnt, a Client does not change and may be used concurrently.
type Client struct {
	Rules

	Answer   any // of a healthy run; a []any for a client that makes concurrent calls
	Equal    func(healthy, got any) bool
	Deadline time.Duration // how long it may run
	Patience Patience

	// RealClock says that times are measured on the real clock, and so are not
	// exact.
	RealClock bool

	capabilities faultdaemon.Need
	replied      []int // how many bytes it is sent for its first n requests
	leaks        []string
	memory       int64
	processor    time.Duration
	starts       int            // of its server
	connects     int            // in its busiest second
	requests     int            // in its busiest second
	removes      bool           // what is at the socket's path
	launches     bool           // a daemon beside the one that is alive
	ending       time.Duration  // how long it takes to end after the last of its answer
	starting     time.Duration  // how long it takes to connect
	sent         map[string]int // how often it sends each request that must not be repeated
	concurrent   bool
}

// Learn records what healthy runs of a client have shown.
func (c *Client) Learn(runs ...Observation) {
	first := runs[0]
	c.replied, c.leaks, c.concurrent = first.Log.replied(), first.Leaks, first.Concurrent != nil
	c.sent = make(map[string]int)
	for _, o := range runs {
		c.capabilities |= o.capabilities
		c.memory = max(c.memory, o.Memory)
		c.processor = max(c.processor, o.Processor)
		c.ending = max(c.ending, o.silence(0))
		c.starting = max(c.starting, o.Log.Began().Sub(o.Started))
		starts, _ := o.Log.burst(startsWithin)
		c.starts = max(c.starts, starts)
		connects, requests := o.Pace.until(o.Ended)
		c.connects, c.requests = max(c.connects, busiest(connects)), max(c.requests, busiest(requests))
		c.removes = c.removes || o.Log.removed() != ""
		c.launches = c.launches || o.Log.secondDaemon() != ""
		for request, n := range c.counted(o) {
			c.sent[request] = max(c.sent[request], n)
		}
	}
}

// HealthyLeaks returns what the client leaves behind even when the daemon is
// healthy, without duplicates.
func (c *Client) HealthyLeaks() []string {
	return slices.Compact(slices.Sorted(slices.Values(c.leaks)))
}

// IgnoreLeaks makes runs under a fault ignore these leaks, which a healthy run
// in another process has left.
func (c *Client) IgnoreLeaks(leaks []string) { c.leaks = leaks }

// leaked returns what a run left behind, without what a healthy run also leaves
// behind.
func (c *Client) leaked(o Observation) (leaks []string) {
	for _, leak := range o.Leaks {
		if !slices.Contains(c.leaks, leak) {
			leaks = append(leaks, leak)
		}
	}
	return leaks
}
