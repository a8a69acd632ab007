package verdict

import "github.com/faultdaemon/toolkit/faultdaemon"

// A Verdict says what a client did under a fault. It is a fact; whether it is
// expected depends on the fault.
type Verdict string

const (
	// Survived: the client succeeded, with the healthy answer.
	Survived Verdict = "survived"

	// Rejected: the client failed right after the daemon's last act on the
	// wire: bytes, a close or a reset.
	Rejected Verdict = "rejected"

	// TimedOut: the client failed after a silence that only a deadline or a
	// timer of its own can have ended.
	TimedOut Verdict = "timed out"

	// WrongAnswer: the client succeeded, but not with the healthy answer.
	WrongAnswer Verdict = "wrong answer"

	// Hung: the client had not returned long after its deadline, and was
	// abandoned or killed.
	Hung Verdict = "hung"

	// Crashed: the client panicked, ended its goroutine, or was ended by a
	// signal or its runtime.
	Crashed Verdict = "crashed"

	// Leaked: the client did what is expected, but some of its goroutines or
	// processes were still alive afterwards, or descriptors were still open.
	Leaked Verdict = "leaked"

	// Repeated: the client sent a request again that must not be carried out
	// twice, although the daemon had carried it out.
	Repeated Verdict = "repeated"

	// Grew: the client took more memory than its limit for what the daemon
	// announced or sent.
	Grew Verdict = "grew"

	// Spun: the client connected, or sent requests, more than 20 times a second
	// for longer than 2 seconds, or started a server that ends at its start more
	// than 10 times within 2 seconds.
	Spun Verdict = "spun"

	// Removed: the client removed or replaced what was at the socket's path, and
	// that was not the socket of a daemon that has died.
	Removed Verdict = "removed"

	// SecondDaemon: the client launched a daemon although one was alive: slow, full,
	// starting, forbidden, or only failing.
	SecondDaemon Verdict = "second daemon"

	// Stuck: after the fault, when the daemon was healthy again, no call of the
	// client's session succeeded in time.
	Stuck Verdict = "stuck"

	// Untested: the fault never acted, or needs a client that does more.
	Untested Verdict = "untested"
)

// outcomes are the verdicts that an entry can expect, in its words. The others
// are expected nowhere.
var outcomes = map[Verdict]faultdaemon.Outcome{
	Survived: faultdaemon.Survives, Rejected: faultdaemon.Rejects,
	TimedOut: faultdaemon.TimesOut, WrongAnswer: faultdaemon.Differs,
}
