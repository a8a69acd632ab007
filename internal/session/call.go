package session

import (
	"errors"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

// A Call is one of a session's calls, and how it ended.
type Call struct {
	Began, Ended time.Time
	Answer       any
	Err          error
	Crash        string // with the stack or the signal; "" if it did not crash
	Hung         bool   // it had not returned in time
	Over         bool   // the client is: no further call can be made
	Ending       string // a phrase: "returned the error ... after 5s"
}

// Failed returns what went wrong with a call, nil if nothing did.
func (c *Call) Failed() error {
	switch {
	case c.Hung:
		return errors.New("it had not returned in time")
	case c.Crash != "":
		return errors.New(c.Crash)
	}
	return c.Err
}

// observation is what is known of the call alone.
func (c *Call) observation() verdict.Observation {
	return verdict.Observation{
		Started: c.Began, Ended: c.Ended, Answer: c.Answer, Err: c.Err, Crash: c.Crash, Hung: c.Hung, Ending: c.Ending,
	}
}
