package evidence

import (
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A Client is what is known about a client before the first fault.
type Client struct {
	Patience  time.Duration // how long it waits in a silence; 0 for ever
	Tolerance time.Duration // how long after the daemon's last act an error still counts as at once
	Owed      []int         // how many bytes it is sent, when all is healthy, for its first n requests

	// Tie is how long before the client's end the daemon may have read or
	// written something too late for the client: on the real clock, a delay
	// that is as long as the client waits is either one.
	Tie time.Duration
}

// A Run is one run of the client under a fault.
type Run struct {
	Log   Log
	Asked time.Time // when it asked for what it waits for; zero: as the log says
	Ended time.Time
}

// Right reports whether what the client did is among the outcomes that the
// fault's entry calls right, or is right for what it came to be: a client that
// tried again and was left alone survives, and one that sees the end of the
// stream has nothing to wait for. A fault that only delays is survived exactly
// where it ends before the client gives up.
func (c Client) Right(entry, did faultdaemon.Outcome, r Run) bool {
	may := entry&did != 0
	switch did {
	case faultdaemon.Survives:
		return may || r.Log.Recovered()
	case faultdaemon.Rejects:
		return may || c.outlasted(entry, r)
	case faultdaemon.TimesOut:
		return may && !(entry&faultdaemon.Rejects != 0 && r.Log.Ended()) || c.outlasted(entry, r)
	}
	return may
}

// outlasted reports whether a fault that only delays kept the client waiting
// for as long as it waits at all: some of what a healthy daemon writes, for what
// the client had asked for, was still to come.
func (c Client) outlasted(entry faultdaemon.Outcome, r Run) bool {
	if entry != faultdaemon.Survives || c.Patience == 0 {
		return false
	}
	log := r.Log.Until(r.Ended.Add(-c.Tie))
	asked := r.Asked
	if asked.IsZero() {
		asked = log.Asked()
	}
	return log.Written() < c.owed(log) && r.Ended.Sub(asked) >= c.Patience-c.Tolerance
}

// owed is how many bytes a healthy daemon would have written for what the client
// has asked for: for the requests that were read and, where one is on its way,
// for the next that is replied to.
func (c Client) owed(l Log) int {
	if len(c.Owed) == 0 {
		return 0
	}
	n, unread := l.Requests()
	n = min(n, len(c.Owed)-1)
	for _, more := range c.Owed[n:] {
		if unread && more > c.Owed[n] {
			return more
		}
	}
	return c.Owed[n]
}
