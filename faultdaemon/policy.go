package faultdaemon

import (
	"fmt"
	"slices"
	"sync/atomic"
)

// policy is a plan in force: its faults are resolved and its counters run. A
// Config.Fault is a plan of one term that takes everything.
type policy struct {
	links   []*link
	matcher FaultMatcher // Config's; nil for all
	seed    uint64
}

// link is a term in force.
type link struct {
	term   Term
	number int       // from 0
	fault  *resolved // nil for none
	stage  Stage
	why    string   // the term as the log shows it; empty for a Config.Fault
	words  Selector // what the term's selector is asked of, nil without one
	count  atomic.Int64
}

// decision says which fault acts, and by which link; or why none does.
type decision struct {
	fault *resolved
	link  *link
	why   string // empty where there was nothing to decide
}

// newPolicy makes a plan ready to act under a state's protocol and Config.
func newPolicy(plan Plan, st *state) (*policy, error) {
	p := &policy{matcher: st.config.FaultMatcher, seed: st.seed}
	stages := plan.stages(st.known)
	for i, term := range plan {
		l, err := newLink(term, st)
		if err != nil {
			return nil, err
		}
		l.number, l.stage = i, stages[i]
		if st.config.Plan != nil {
			l.why = "by " + term.String()
		}
		p.links = append(p.links, l)
	}
	if i, err := plan.unreachable(stages); err != nil {
		return nil, fmt.Errorf("%s: %w", plan[i], err)
	}
	return p, nil
}

func newLink(term Term, st *state) (*link, error) {
	if err := term.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", term, err)
	}
	l := &link{term: term}
	if err := term.fromUpstream(st); err != nil {
		return nil, err
	}
	if !isNone(term.fault) {
		r, err := st.known.resolve(term.fault, st.config)
		if err != nil {
			return nil, err
		}
		if err := r.info.Applies(st.protocol); err != nil {
			return nil, err
		}
		if r.info.Relayed && st.config.Upstream == nil {
			return nil, fmt.Errorf("%s acts between a client and a real daemon: set Config.Upstream", r.info.Name)
		}
		l.fault = r
	}
	if term.selector != "" {
		words, ok := st.protocol.(Selector)
		if !ok {
			return nil, fmt.Errorf("%s: protocol %T has no selectors: use When with a matcher", term, st.protocol)
		}
		l.words = words
	}
	return l, nil
}

// faults returns every fault that the policy may decide for.
func (p *policy) faults() (list []Fault) {
	for _, l := range p.links {
		if l.fault != nil {
			list = append(list, l.fault.fault)
		}
	}
	return list
}

// has reports whether a fault of a stage may be due.
func (p *policy) has(stage Stage) bool { return p.reaches(stage, false) }

// reaches reports whether a fault of a stage may be due: to a request, or to what
// an upstream sends by itself.
func (p *policy) reaches(stage Stage, push bool) bool {
	return p != nil && slices.ContainsFunc(p.links, func(l *link) bool { return l.stage == stage && l.term.push == push })
}

// decide asks the links of a stage in order. It is called once for every
// connection and once for every exchange.
func (p *policy) decide(stage Stage, c *connection, exchange int, request []byte) decision {
	if !p.reaches(stage, c.push) {
		return decision{}
	}
	if stage == StageRespond && p.matcher != nil && !p.matcher(request) {
		return decision{why: "the FaultMatcher says no"}
	}
	for _, l := range p.links {
		if l.stage == stage && l.term.push == c.push && l.takes(c, p.seed, exchange, request) {
			return decision{fault: l.fault, link: l, why: l.why}
		}
	}
	return decision{why: "no term takes it"}
}

// takes reports whether the link takes what reaches it, and counts it.
func (l *link) takes(c *connection, seed uint64, exchange int, request []byte) bool {
	if l.words != nil && !slices.Contains(l.words.Selectors(request), l.term.selector) {
		return false
	}
	if l.term.match != nil && !l.term.match(request) {
		return false
	}
	switch l.term.mode {
	case firstN:
		return l.counter(c).claim(l.term.n)
	case everyNth:
		return l.counter(c).next()%l.term.n == 0
	case chance:
		return roll(seed, c.number, exchange, l.number)*100 < l.term.percent
	}
	return true
}

// giveBack takes back that an exchange was counted, because its fault found
// that it could not act.
func (d decision) giveBack(c *connection) {
	if d.link != nil && (d.link.term.mode == firstN || d.link.term.mode == everyNth) {
		d.link.counter(c).n.Add(-1)
	}
}

// counter returns the link's counter for a connection, which is the daemon's
// unless the term counts each connection by itself.
func (l *link) counter(c *connection) counter {
	if !l.term.perConnection {
		return counter{&l.count}
	}
	if c.counts == nil {
		c.counts = make(map[*link]*atomic.Int64)
	}
	if c.counts[l] == nil {
		c.counts[l] = new(atomic.Int64)
	}
	return counter{c.counts[l]}
}

// counter counts what reaches a link, exactly, whoever counts beside.
type counter struct{ n *atomic.Int64 }

// next counts one more and returns how many that makes.
func (c counter) next() int64 { return c.n.Add(1) }

// claim counts one more, unless there are limit already.
func (c counter) claim(limit int64) bool {
	for {
		n := c.n.Load()
		if n >= limit {
			return false
		}
		if c.n.CompareAndSwap(n, n+1) {
			return true
		}
	}
}
