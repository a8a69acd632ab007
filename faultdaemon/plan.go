package faultdaemon

import (
	"slices"
	"strconv"
	"strings"
)

// A Plan decides for each connection and each exchange which fault acts. It is
// a chain of terms: a term takes what reaches it or hands it on to the next;
// what no term takes is healthy.
//
//	2*close_after_read                      the first two
//	3/slow_response(1s)                     every third
//	25%partial_response                     one in four, by chance
//	corrupt_response                        all
//	tools/call:1*hang_before_response       the first whose method is tools/call
//	2*close_after_read->25%slow_response    the first two; of the others one in four
//	1c*close_after_read                     the first of every connection
//	<-2*corrupt_response                    the first two messages that an upstream sends by itself
//
// Terms with a fault of the accept stage count and take connections, all
// others exchanges; none is of the accept stage where every fault of the plan
// is. An exchange on which a fault finds that it cannot act does not count.
//
// Every term must be able to take something. One that cannot (0*, 0/, 0%, one
// behind a term that takes everything, a selector before an accept stage's
// fault) is an error of [ParsePlan] and of Start.
//
// A Plan never changes and has no counters: they are the daemon's, and begin
// when Start or SetConfig puts the plan in force. One plan may serve many
// daemons. The nil Plan is no plan.
type Plan []Term

// A Term is one link of a [Plan].
type Term struct {
	fault         Fault
	mode          mode
	n             int64   // of firstN and everyNth
	percent       float64 // of chance
	perConnection bool
	selector      string       // the protocol's word; empty for none
	match         FaultMatcher // nil for none; in addition to the selector
	push          bool         // it looks at what an upstream sends by itself
}

// mode is how a term chooses among what reaches it.
type mode byte

const (
	always   mode = 0
	firstN   mode = '*'
	everyNth mode = '/'
	chance   mode = '%'
)

// FirstN is the plan whose fault acts on the first n exchanges of the daemon,
// or connections for a fault of the accept stage: "2*close_after_read". n is 1
// or more.
func FirstN(n int, f Fault) Plan {
	return Plan{{fault: f, mode: firstN, n: int64(n)}}
}

// InOrder is the plan whose faults act on one exchange each, in this order,
// FaultNone on none; what comes after is healthy:
// "1*hang_before_response->1*none->1*corrupt_response".
func InOrder(faults ...Fault) Plan {
	var p Plan
	for _, f := range faults {
		p = append(p, FirstN(1, f)...)
	}
	return p
}

// EveryNth is the plan whose fault acts on the nth, the 2nth, ... exchange:
// "3/slow_response(1s)". It is exact however many connections there are. n is
// 1 or more.
func EveryNth(n int, f Fault) Plan {
	return Plan{{fault: f, mode: everyNth, n: int64(n)}}
}

// Chance is the plan whose fault acts on an exchange with this probability,
// more than 0 and at most 1: "25%partial_response". The decision depends on the daemon's
// seed, the connection's number and the exchange's number, and on nothing
// else.
func Chance(probability float64, f Fault) Plan {
	percent, _ := strconv.ParseFloat(strconv.FormatFloat(probability*100, 'g', 12, 64), 64)
	return Plan{{fault: f, mode: chance, percent: percent}}
}

// Always is the plan whose fault acts on everything.
func Always(f Fault) Plan { return Plan{{fault: f}} }

// When is the plan that only looks at requests that match. What does not match
// is not counted.
func When(match FaultMatcher, p Plan) Plan {
	return p.each(func(t *Term) {
		if inner := t.match; inner != nil {
			t.match = func(request []byte) bool { return match(request) && inner(request) }
		} else {
			t.match = match
		}
	})
}

// On is the plan that only looks at requests of which the protocol says this
// word, a method or a member: "tools/call:2*close_after_read".
func On(selector string, p Plan) Plan {
	return p.each(func(t *Term) { t.selector = selector })
}

// FromUpstream is the plan that only looks at what an upstream sends of its own
// accord, not at requests: "<-notifications/progress:2*hang_before_response". R is that
// message. It is for a [Config.Upstream] and a protocol that is a [Correlator] or a [Pusher].
func FromUpstream(p Plan) Plan {
	return p.each(func(t *Term) { t.push = true })
}

// PerConnection is the plan that counts for each connection by itself:
// "2c*close_after_read".
func PerConnection(p Plan) Plan {
	return p.each(func(t *Term) { t.perConnection = t.mode == firstN || t.mode == everyNth })
}

// Then is the plan that hands on to next what p does not take.
func (p Plan) Then(next Plan) Plan { return slices.Concat(p, next) }

// Faults returns the faults of the plan's terms, in their order; terms without
// one are passed over.
func (p Plan) Faults() (list []Fault) {
	for _, t := range p {
		if !isNone(t.fault) {
			list = append(list, t.fault)
		}
	}
	return list
}

func (p Plan) each(change func(*Term)) Plan {
	p = slices.Clone(p)
	for i := range p {
		change(&p[i])
	}
	return p
}

// String returns the plan as one line, which [ParsePlan] reads. A matcher
// given to [When] has no text and is shown as "func".
func (p Plan) String() string {
	terms := make([]string, len(p))
	for i, t := range p {
		terms[i] = t.String()
	}
	return strings.Join(terms, "->")
}

// String returns the term as it is written in a plan's line.
func (t Term) String() string {
	var b strings.Builder
	if t.push {
		b.WriteString("<-")
	}
	if t.match != nil {
		b.WriteString("func:")
	}
	if t.selector != "" {
		b.WriteString(t.selector + ":")
	}
	switch t.mode {
	case firstN, everyNth:
		b.WriteString(strconv.FormatInt(t.n, 10))
		if t.perConnection {
			b.WriteByte('c')
		}
		b.WriteByte(byte(t.mode))
	case chance:
		b.WriteString(strconv.FormatFloat(t.percent, 'f', -1, 64) + "%")
	}
	b.WriteString(t.fault.String())
	return b.String()
}
