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

	// TimedOut: the client failed after a silence, which only a deadline or a
	// timer of its own can have ended.
	TimedOut Verdict = "timed out"

	// WrongAnswer: the client succeeded, with another answer than the healthy
	// one.
	WrongAnswer Verdict = "wrong answer"

	// Hung: the client was not back long after its deadline, and was left
	// behind or killed.
	Hung Verdict = "hung"

	// Crashed: the client panicked, ended its goroutine, or was ended by a
	// signal or its runtime.
	Crashed Verdict = "crashed"

	// Leaked: what the client returned was expected, and goroutines or
	// processes of its own were alive after it.
	Leaked Verdict = "leaked"

	// Repeated: the client sent a request again that must not be carried out
	// twice, although the daemon had carried it out.
	Repeated Verdict = "repeated"

	// Grew: the client took more memory than its limit for what the daemon
	// announced or sent.
	Grew Verdict = "grew"

	// Untested: the fault never acted, or needs a client that does more.
	Untested Verdict = "untested"
)

// outcomes are the verdicts that an entry can expect, in its words. The others
// are expected nowhere.
var outcomes = map[Verdict]faultdaemon.Outcome{
	Survived: faultdaemon.Survives, Rejected: faultdaemon.Rejects,
	TimedOut: faultdaemon.TimesOut, WrongAnswer: faultdaemon.Differs,
}
