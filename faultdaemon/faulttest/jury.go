package faulttest

import (
	"fmt"
	"strings"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A jury judges calls at once: a judge for each, who knows its healthy answer.
type jury []*judge

// jury returns nil where the client does not make calls at once, or did not
// make them all.
func (j *judge) jury(t *trial) (list jury) {
	if !j.atOnce || len(j.answer.([]any)) != len(t.attempts) {
		return nil
	}
	for _, answer := range j.answer.([]any) {
		alone := *j
		alone.answer, alone.atOnce = answer, false
		list = append(list, &alone)
	}
	return list
}

// verdict is that on the call that did worst: one that is wrong before one that
// is right, and of these the last of survived, rejected, timed out and wrong
// answer. A call that has its own answer is right under every fault.
func (js jury) verdict(info faultdaemon.Info, t *trial) (worst Verdict, why string, right bool) {
	badness := map[Verdict]int{Survived: 0, Rejected: 1, TimedOut: 2, WrongAnswer: 3}
	worst, right = Survived, true
	for i, a := range t.attempts {
		alone := a.of(t)
		verdict, reason := js[i].verdict(info, alone)
		if verdict == Untested {
			return Untested, reason, false
		}
		ok := verdict == Survived || js[i].right(info, verdict, alone)
		if right && !ok || right == ok && badness[verdict] > badness[worst] {
			worst, right = verdict, ok
		}
	}
	return worst, "", right
}

// ending says how each of the calls ended, and whose answer it has that has not
// its own.
func (js jury) ending(t *trial) string {
	var b strings.Builder
	fmt.Fprintf(&b, "made %d calls at once", len(t.attempts))
	for i, a := range t.attempts {
		fmt.Fprintf(&b, "\ncall %d %s", i, a.of(t).ending())
		if a.err == nil && !js[i].equal(js[i].answer, a.answer) {
			b.WriteString(js.owner(a.answer))
		}
	}
	return b.String()
}

// owner says which call an answer belongs to, if it does to one.
func (js jury) owner(answer any) string {
	for i, j := range js {
		if j.equal(j.answer, answer) {
			return fmt.Sprintf(", the answer of call %d", i)
		}
	}
	return ""
}
