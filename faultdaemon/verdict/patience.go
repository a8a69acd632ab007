package verdict

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Patience is how long a client waits in a silence before it gives up by
// itself; 0 means forever.
type Patience struct {
	Reply   time.Duration // for the reply to a request
	Service time.Duration // on a connection that is not served
}

// Silences returns the two faults that consist only of silence. How long the
// client waits under the first is Patience.Reply, under the second
// Patience.Service.
func Silences() [2]faultdaemon.Fault {
	return [2]faultdaemon.Fault{faultdaemon.FaultHangBeforeResponse, faultdaemon.FaultHangOnAccept}
}

// Waited returns how long the client waited in a run under one of the
// [Silences]; 0 if it did not end by itself, or returned its healthy answer
// anyway.
func (c *Client) Waited(o Observation) time.Duration {
	c = c.during(o)
	if !o.finished() || o.Err == nil && !c.concurrent && c.Equal(c.Answer, o.Answer) {
		return 0
	}
	return o.Log.Waited(o.Started, o.Ended).Round(time.Microsecond)
}

// WaitedItOut reports whether the client waited in a run for as long as it does in
// a silence, give or take a tenth: after it had last asked for something, or after
// the daemon's last act, which a client may follow up with a message that wants no
// reply, such as a cancellation.
func (c *Client) WaitedItOut(info faultdaemon.Info, o Observation) bool {
	patience := c.Patience.at(info.Stage)
	for _, waited := range []time.Duration{c.Waited(o), o.silence(c.starting)} {
		if (waited - patience).Abs() < patience/10 {
			return true
		}
	}
	return false
}

// LateAnyway reports whether the client failed so long after the daemon's last act that
// it was late even without the time that it lost to others on a busy machine, and even
// if what was left of it went at half its usual speed, as a processor that is shared with
// other machines may. The time lost is at most what lost says of that silence. It is false
// where it may be the daemon that was late: the client has nothing to reject, and was not
// sent all that a healthy daemon sends.
func (c *Client) LateAnyway(info faultdaemon.Info, o Observation, lost func(from, to time.Time) time.Duration) bool {
	silence := o.silence(c.starting)
	if !o.finished() || o.Err == nil || silence-lost(o.Ended.Add(-silence), o.Ended) <= 2*c.tolerance(info.Stage) {
		return false
	}
	return info.Client&faultdaemon.Rejects != 0 || o.Log.written() >= c.due(o.Log)
}

// at is how long the client waits for what a fault of this stage holds up.
func (p Patience) at(stage faultdaemon.Stage) time.Duration {
	if stage.BeforeRequests() {
		return p.Service
	}
	return p.Reply
}

// LeastTolerance is the least tolerance for delays on the real clock.
const LeastTolerance = 50 * time.Millisecond

// lasts is how long a silence of this stage can last: until the client gives
// up, or until its deadline because it does not.
func (c *Client) lasts(stage faultdaemon.Stage) time.Duration {
	if patience := c.Patience.at(stage); patience > 0 {
		return patience
	}
	return c.Deadline
}

// tolerance is how long after the daemon's last act an error still counts as at
// once. It covers a last back-off: less than a tenth of the client's own timer
// in virtual time; a fifth of it, and 50 ms at least, on the real clock. There the
// time comes on top that the client took to end when it had all of its healthy
// answer, as long as the sum is less than half of the timer.
func (c *Client) tolerance(stage faultdaemon.Stage) time.Duration {
	if !c.RealClock {
		return max(c.lasts(stage)/10-time.Microsecond, 0)
	}
	least := max(LeastTolerance, c.lasts(stage)/5)
	return max(least, min(least+c.ending, c.lasts(stage)/2))
}

// tie is how long before the client's end the daemon may have read or written
// something too late for the client: on the real clock, a delay that is as long
// as the client waits is either one.
func (c *Client) tie() time.Duration {
	if c.RealClock {
		return LeastTolerance
	}
	return 0
}
