package verdict

import (
	"fmt"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// concurrent are calls at once: for each, the client as one that makes this
// call alone, with its healthy answer.
type concurrent []*Client

// calls returns nil where the client does not make calls at once, or did not
// make them all.
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

// verdict is that on the call that did worst: one that is not expected before
// one that is, and of these the last of survived, rejected, timed out and wrong
// answer. A call that has its own answer is expected under every fault.
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

// ending says how each of the calls ended, and whose answer it has that has not
// its own.
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
