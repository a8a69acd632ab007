package faultdaemon

import "fmt"

// TermParts are what a [Term] is made of, as in a plan's line, to look at and to
// make another of.
type TermParts struct {
	FromUpstream  bool    // it looks at what an upstream sends by itself
	Selector      string  // "" for none
	Count         Count   // how it chooses
	N             int64   // of FirstOnes and EveryNthOne
	PerConnection bool    // N counts for each connection by itself
	Percent       float64 // of ByChance
	Fault         Fault
}

// Count is how a term chooses among what reaches it: the sign in a plan's line.
type Count byte

const (
	AllOfThem   Count = Count(always)
	FirstOnes   Count = Count(firstN)
	EveryNthOne Count = Count(everyNth)
	ByChance    Count = Count(chance)
)

// Parts returns what the term is made of, but for a matcher given to [When].
func (t Term) Parts() TermParts {
	if isNone(t.fault) {
		t.fault = FaultNone
	}
	return TermParts{
		FromUpstream: t.push, Selector: t.selector, Count: Count(t.mode), N: t.n,
		PerConnection: t.perConnection, Percent: t.percent, Fault: t.fault,
	}
}

// With returns a term of these parts and the matcher of t.
func (t Term) With(p TermParts) Term {
	return Term{
		fault: p.Fault, mode: mode(p.Count), n: p.N, percent: p.Percent, perConnection: p.PerConnection,
		selector: p.Selector, match: t.match, push: p.FromUpstream,
	}
}

// CheckPlan returns what is wrong with a plan of the catalogue's faults, as ParsePlan
// does with a plan's line; nil where nothing is.
func (c *Catalogue) CheckPlan(p Plan) error {
	for _, t := range p {
		if err := t.check(); err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		if isNone(t.fault) {
			continue
		}
		if _, err := c.resolve(t.fault, Config{}); err != nil {
			return err
		}
	}
	if i, err := p.unreachable(p.stages(c)); err != nil {
		return fmt.Errorf("%s: %w", p[i], err)
	}
	return nil
}
