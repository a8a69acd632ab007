package verdict

import (
	"fmt"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// concurrent holds a Client for each of several concurrent calls, as if it made
// only this call, with the healthy answer of the call.
type concurrent []*Client

// calls returns nil if the client does not make concurrent calls, or did not
// make all of them.
func (c *Client) calls(o Observation) (list concurrent) {
	if !c.concurrent || len(c.Answer.([]any)) != len(o.Concurrent) {
		return nil
	}
	for _, answer := range c.Answer.([]any) {
		alone := *c
		alone.Answer, alone.concurrent = answer, false
		list = append(list, &alone)
	}
	return list
}

// verdict returns the verdict on the call that did worst: an unexpected verdict
// before an expected one, and among these the last of survived, rejected, timed
// out and wrong answer. A call that has its own answer is expected under every
// fault.
func (cs concurrent) verdict(info faultdaemon.Info, o Observation) (worst Verdict, why string, expected bool) {
	badness := map[Verdict]int{Survived: 0, Rejected: 1, TimedOut: 2, WrongAnswer: 3}
	worst, expected = Survived, true
	for i, call := range o.Concurrent {
		v, reason := cs[i].verdict(info, call)
		if v == Untested {
			return Untested, reason, false
		}
		ok := v == Survived || cs[i].expects(info, v, call)
		if expected && !ok || expected == ok && badness[v] > badness[worst] {
			worst, expected = v, ok
		}
	}
	return worst, "", expected
}

// ending says how each of the calls ended and, if a call has the answer of
// another, whose.
func (cs concurrent) ending(o Observation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "made %d calls at once", len(o.Concurrent))
	for i, call := range o.Concurrent {
		fmt.Fprintf(&b, "\ncall %d %s", i, call.Ending)
		if call.Err == nil && !cs[i].Equal(cs[i].Answer, call.Answer) {
			b.WriteString(cs.owner(call.Answer))
		}
	}
	return b.String()
}

// owner says which call an answer belongs to, if it does to one.
func (cs concurrent) owner(answer any) string {
	for i, c := range cs {
		if c.Equal(c.Answer, answer) {
			return fmt.Sprintf(", the answer of call %d", i)
		}
	}
	return ""
}
