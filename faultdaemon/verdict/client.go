package verdict

import (
	"slices"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Rules say how strictly clients are judged. The zero value is the default.
type Rules struct {
	// StrictGrades fails results that are [Lenient] or [Late].
	StrictGrades bool

	// Once picks the requests that must not be carried out twice; nil picks
	// none. It is given a request message as it came.
	Once faultdaemon.FaultMatcher

	// OnceIgnore are the names of JSON members, at any depth, that may differ
	// between a request and its repetition: times and the like. The members
	// "id" and "seq" of the request itself, and "_meta" anywhere, may always.
	OnceIgnore []string

	// MaxMemory is how many bytes a client may take beyond what it takes when
	// healthy, under faults whose entry is Unbounded; 0 is 64 MiB.
	MaxMemory int64
}

// A Client is what is known about a client before the first fault: what it does
// when the daemon is healthy, and when it is silent. It does not change and may
// be used concurrently.
type Client struct {
	Rules

	Answer   any // of a healthy run; of a client that makes calls at once: a []any
	Equal    func(healthy, got any) bool
	Deadline time.Duration // how long it may run
	Patience Patience

	// RealClock says that times are measured, and not exact.
	RealClock bool

	capabilities faultdaemon.Need
	replied      []int // how many bytes it is sent for its first n requests
	leaks        []string
	memory       int64
	ending       time.Duration  // how long it takes to end after the last of its answer
	sent         map[string]int // how often it sends each request that must not be repeated
	concurrent   bool
}

// Learn takes over what the healthy runs of a client have shown.
func (c *Client) Learn(runs ...Observation) {
	first := runs[0]
	c.replied, c.leaks, c.concurrent = first.Log.replied(), first.Leaks, first.Concurrent != nil
	c.sent = make(map[string]int)
	for _, o := range runs {
		c.capabilities |= o.capabilities
		c.memory = max(c.memory, o.Memory)
		c.ending = max(c.ending, o.silence())
		for request, n := range c.counted(o) {
			c.sent[request] = max(c.sent[request], n)
		}
	}
}

// HealthyLeaks returns what the client leaves behind even when the daemon is
// healthy, each once.
func (c *Client) HealthyLeaks() []string {
	return slices.Compact(slices.Sorted(slices.Values(c.leaks)))
}

// IgnoreLeaks makes these, which a healthy run in another process has left, no
// leaks of a run under a fault.
func (c *Client) IgnoreLeaks(leaks []string) { c.leaks = leaks }

// leaked returns what a run left behind and a healthy run does not.
func (c *Client) leaked(o Observation) (leaks []string) {
	for _, leak := range o.Leaks {
		if !slices.Contains(c.leaks, leak) {
			leaks = append(leaks, leak)
		}
	}
	return leaks
}
