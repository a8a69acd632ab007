package verdict

import (
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// expects reports whether a verdict is among the outcomes that the fault's entry
// expects, or is as good for what the run came to be: a client that tried again
// and was left alone survives, and one that sees the end of the stream has
// nothing to wait for. A fault that only delays is survived exactly where it ends
// before the client gives up.
func (c *Client) expects(info faultdaemon.Info, v Verdict, o Observation) bool {
	entry := info.Client
	may := entry&outcomes[v] != 0
	switch v {
	case Survived:
		return may || o.Log.recovered()
	case Rejected:
		return may || c.outlasted(info, o)
	case TimedOut:
		return may && !(entry&faultdaemon.Rejects != 0 && o.sawEnd(info.Stage)) || c.outlasted(info, o)
	}
	return may
}

// outlasted reports whether a fault that only delays kept the client waiting
// for as long as it waits at all, or as it was given: some of what a healthy daemon
// writes, for what the client had asked for, was still to come. What a process does
// at its start delays nothing but where that has a duration.
func (c *Client) outlasted(info faultdaemon.Info, o Observation) bool {
	patience := c.Patience.at(info.Stage)
	if info.Client != faultdaemon.Survives || patience == 0 || info.Stage == faultdaemon.StageProcess && !hasDuration(info) {
		return false
	}
	log := o.Log.Until(o.Ended.Add(-c.tie()))
	if log.blocked() {
		return false
	}
	asked := o.Asked
	if asked.IsZero() {
		asked = log.asked()
	}
	waited := o.Ended.Sub(asked) >= patience-c.tolerance(info.Stage) || c.Deadline > 0 && o.timed() >= c.Deadline
	return waited && log.written() < c.due(log)
}

// hasDuration reports whether one of a fault's parameters is a duration.
func hasDuration(info faultdaemon.Info) bool {
	return slices.ContainsFunc(info.Params, func(p faultdaemon.Param) bool { return p.Kind == faultdaemon.KindDuration })
}

// due is how many bytes a healthy daemon would have written for what the client
// has asked for: for the requests that were read and, where one is on its way,
// for the next that is replied to.
func (c *Client) due(l Log) int {
	if len(c.replied) == 0 {
		return 0
	}
	n, unread := l.requests()
	n = min(n, len(c.replied)-1)
	for _, more := range c.replied[n:] {
		if unread && more > c.replied[n] {
			return more
		}
	}
	return c.replied[n]
}

// What is expected where an entry gives no reason of its own.
const (
	expectRejects  = "rejects: the evidence is on the wire, there is nothing to wait for and no answer to give"
	expectTimesOut = "times out: there is only silence, which nothing but a timeout of the client's own can end"
	expectSurvives = "survives: the answer comes whole and unchanged; where it comes too late, a timeout of the client's own ends the wait"
)

// expectation says what is expected of a client, and why. ended says whether
// the stream had ended.
func expectation(v Verdict, info faultdaemon.Info, ended bool) string {
	switch entry := info.Client; {
	case v == Leaked:
		return "nothing of the client outlives it: goroutines and processes end with it, and what it has opened is closed"
	case v == Repeated:
		return "a request whose reply was lost is not sent again, unless nothing was carried out"
	case v == Grew:
		return "memory grows with the bytes that arrive, up to a limit, and not with a size that the daemon announces"
	case v == Spun && info.Stage != faultdaemon.StageProcess:
		return "a connect or a request that fails is tried again after a pause that grows each time"
	case v == Removed:
		return "what is at the socket's path stays, unless that is a socket whose daemon has died: one that is slow, full, starting or forbidden is not dead"
	case v == SecondDaemon:
		return "a daemon is launched only where none is alive: one that is slow, full, starting or forbidden, or that fails, is alive"
	case v == Spun:
		return "a server that ends at its start is started again after a pause that grows each time, and a few times at most"
	case v == Stuck:
		return "a client recovers when its daemon does: the next calls of the same client object find a connection that works"
	case v == Untested:
		return "the fault acts: one that never did has shown nothing"
	case entry == faultdaemon.Rejects && info.Why == "", leavesRejects(v, entry) && ended:
		return expectRejects
	case entry == faultdaemon.TimesOut && info.Why == "":
		return expectTimesOut
	case entry == faultdaemon.Survives && info.Why == "":
		return expectSurvives
	}
	if info.Why == "" {
		return info.Client.String()
	}
	return info.Client.String() + ": " + info.Why
}

// leavesRejects reports whether an entry that has other outcomes expects a rejection alone
// where the stream has ended, and the verdict is none of the others: a silence is over
// then, and an answer was not given.
func leavesRejects(v Verdict, entry faultdaemon.Outcome) bool {
	if entry == faultdaemon.Rejects || entry&faultdaemon.Rejects == 0 {
		return false
	}
	return v == Rejected || v == TimedOut || entry&outcomes[v] == 0
}

// cures say what to change in a client, by what it did.
var cures = map[Verdict]string{
	WrongAnswer:  "check that the reply is whole, well formed and the one to this request before using it, and return an error otherwise",
	Hung:         "give every connect, write and read a deadline, and close the connection when the caller's context ends",
	Crashed:      "return an error instead: check sizes, types and missing members before using what came from the daemon",
	Leaked:       "close the connection and wait for the goroutines and processes that were started, also after an error; close a socket also when its connect has failed",
	Repeated:     "send again only what was certainly not carried out, or what is safe to do twice; else return the error",
	Grew:         "refuse sizes above a limit, and read into a buffer that grows with what arrives",
	Spun:         "try again with growing pauses, and give up after a few tries",
	Removed:      "leave the path to the daemon; where the client has to clean up, remove nothing but a socket, and only after ECONNREFUSED has lasted for longer than a daemon takes to start",
	SecondDaemon: "launch a daemon only after ENOENT, or after ECONNREFUSED that has lasted for longer than a daemon takes to start, and only one at a time",
	Stuck:        "close a connection that failed or timed out, and let the next call open another",
	Untested:     "choose requests that it can act on, or skip it",
}

// hungOnPipes is the cure of a client that hangs on a server that it has started.
const hungOnPipes = "fail every pending call when the server exits, or when a pipe to it ends or fails; write with a limit; " +
	"wait for the server's exit, not until its pipes are closed, and close them"

// cure says what to change in a client, which has started its server or has connected to
// it; "" where nothing is to be.
func cure(r Result, spawned bool) string {
	if r.Verdict == Hung && spawned {
		return hungOnPipes
	}
	if text := cures[r.Verdict]; text != "" {
		return text
	}
	switch r.Grade {
	case Late:
		return "return an error as soon as the stream ends or a message cannot be read, instead of waiting for a timer"
	case Lenient:
		return "reject what the specification does not allow, or accept the difference: it passes unless grades are strict"
	case Overstrict:
		return "accept whatever the specification allows, and wait for the rest of a message until the deadline"
	}
	return ""
}
