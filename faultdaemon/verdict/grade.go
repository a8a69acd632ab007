package verdict

// A Grade says how serious a verdict is. [Untested] has no grade.
type Grade string

const (
	// OK: the verdict is among those that the fault's entry expects.
	OK Grade = "ok"

	// Lenient: the client was expected to reject, but survived with the healthy
	// answer. It passes unless [Rules.StrictGrades] is set.
	Lenient Grade = "lenient"

	// Late: the client failed, as expected, but only when its own timer ended
	// the wait, though the evidence was on the wire. It passes unless
	// [Rules.StrictGrades] is set or the stream had ended: a client may choose
	// to skip a message that it cannot read, but after the end of the stream
	// there is nothing to wait for.
	Late Grade = "late"

	// Overstrict: the client failed although the answer was intact, or before
	// there was any evidence.
	Overstrict Grade = "overstrict"

	// Unsafe: the client returned a wrong answer, hung, crashed, leaked,
	// repeated a request, grew, spun, removed what was not to be removed,
	// launched a second daemon, or is stuck.
	Unsafe Grade = "unsafe"
)

// grades are all grades, worst first; the empty one is for untested faults.
var grades = []Grade{Unsafe, Overstrict, Late, Lenient, OK, ""}

// grade weighs a verdict that is expected or not.
func (c *Client) grade(v Verdict, expected bool, entry Case) Grade {
	switch {
	case v == Untested:
		return ""
	case expected:
		return OK
	case v == Survived:
		return Lenient
	case v == TimedOut && entry.rejects():
		return Late
	case v == TimedOut, v == Rejected:
		return Overstrict
	}
	return Unsafe
}

// passes reports whether a result of this grade fails nothing. ended says
// whether the stream had ended when the client failed.
func (r Rules) passes(g Grade, ended bool) bool {
	switch g {
	case OK:
		return true
	case Lenient:
		return !r.StrictGrades
	case Late:
		return !r.StrictGrades && !ended
	}
	return false
}
