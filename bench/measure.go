package bench

import (
	"slices"
	"testing"
)

// A Result is what was measured of a row.
type Result struct {
	Row     Row
	Subject Figures
	Peers   []Comparison
	Err     error // of the subject
}

// A Comparison is the subject's figures beside those of one peer.
type Comparison struct {
	Peer  Peer
	Costs Figures
	Ratio Spread // of the subject's cost to the peer's, round by round
	Err   error  // of the peer
}

// Figures are the costs of a side's rounds.
type Figures struct {
	Value  Spread
	Allocs float64 // the median
}

// A Spread is what lies in the middle of some figures, and how far they go.
type Spread struct{ Median, Least, Greatest float64 }

func spread(values []float64) Spread {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return Spread{(sorted[(n-1)/2] + sorted[n/2]) / 2, sorted[0], sorted[n-1]}
}

// measure does the rounds of every side of a row in turns, so that what the machine
// does meanwhile hits all of them. A peer that fails does no more of them.
func measure(t *testing.T, row Row, short bool) Result {
	result := Result{Row: row}
	setup, err := newSetup(t, short)
	if err != nil {
		result.Err = err
		return result
	}
	defer setup.end()
	sides := []*rounds{newRounds(setup, row.Subject)}
	for _, p := range row.Peers {
		sides = append(sides, newRounds(setup, p.Side))
	}
	total := row.Rounds
	if short {
		total = 1
	} else if total > 3 { // few rounds are of something that takes long
		for _, side := range sides { // warms up: buffers, descriptors, code
			side.next()
			side.costs = nil
		}
	}
	for i := range total {
		for j := range sides {
			sides[(i+j)%len(sides)].next() // nobody is always first
		}
	}
	result.Err = sides[0].err
	if result.Err != nil {
		return result
	}
	result.Subject = sides[0].figures()
	for i, p := range row.Peers {
		result.Peers = append(result.Peers, compare(p, sides[0], sides[i+1]))
	}
	return result
}

// compare sets a peer's rounds beside the subject's.
func compare(p Peer, subject, peer *rounds) Comparison {
	c := Comparison{Peer: p, Err: peer.err}
	if c.Err != nil {
		return c
	}
	var ratios []float64
	for i := range subject.costs {
		ratios = append(ratios, subject.costs[i].Value/peer.costs[i].Value)
	}
	c.Costs, c.Ratio = peer.figures(), spread(ratios)
	return c
}

// rounds are those that one side does.
type rounds struct {
	round Round
	costs []Cost
	err   error
}

func newRounds(s *Setup, side Side) *rounds {
	round, err := side(s)
	return &rounds{round: round, err: err}
}

func (r *rounds) next() {
	if r.err != nil {
		return
	}
	cost, err := r.round()
	r.err = err
	r.costs = append(r.costs, cost)
}

func (r *rounds) figures() Figures {
	var values, allocs []float64
	for _, c := range r.costs {
		values, allocs = append(values, c.Value), append(allocs, c.Allocs)
	}
	return Figures{spread(values), spread(allocs).Median}
}

// tooManyAllocs reports whether the subject makes more allocations than it may. What
// the runtime makes now and then is less than half of one an operation.
func (r Result) tooManyAllocs() bool {
	return r.Row.Allocs != nil && r.Subject.Allocs >= *r.Row.Allocs+0.5
}
