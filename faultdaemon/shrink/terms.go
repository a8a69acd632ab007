package shrink

import (
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// dropTerms leaves terms out: halves, quarters, ..., one.
func (s *search) dropTerms() {
	for size := max(1, len(s.plan)/2); ; size /= 2 {
		for from := 0; from < len(s.plan); {
			to := min(from+size, len(s.plan))
			if !s.try(slices.Concat(s.plan[:from], s.plan[to:])) {
				from = to
			}
		}
		if size == 1 {
			return
		}
	}
}

// blankTerms takes the faults of terms that only count, and makes one term of two that do.
func (s *search) blankTerms() {
	for i := range s.plan {
		if p := s.plan[i].Parts(); p.Fault != faultdaemon.FaultNone {
			p.Fault = faultdaemon.FaultNone
			s.try(s.replaced(i, p))
		}
	}
	for i := 0; i+1 < len(s.plan); {
		one, two := s.plan[i].Parts(), s.plan[i+1].Parts()
		sum := one
		sum.N += two.N
		two.N = one.N
		if one != two || one.Fault != faultdaemon.FaultNone || one.Count != faultdaemon.FirstOnes ||
			!s.try(slices.Concat(s.replaced(i, sum)[:i+1], s.plan[i+2:])) {
			i++
		}
	}
}

// replaced is the plan with other parts in the place of one term's.
func (s *search) replaced(i int, parts ...faultdaemon.TermParts) faultdaemon.Plan {
	terms := make(faultdaemon.Plan, len(parts))
	for n, p := range parts {
		terms[n] = s.plan[i].With(p)
	}
	return slices.Concat(s.plan[:i], terms, s.plan[i+1:])
}

// simplifyCounts makes every fault one of few exchanges.
func (s *search) simplifyCounts() {
	for i := 0; i < len(s.plan); i++ {
		p := s.plan[i].Parts()
		if p.Fault == faultdaemon.FaultNone {
			continue
		}
		if !s.once(i, p) {
			s.fewer(i, p)
		}
		for i < len(s.plan)-1 && s.plan[i].Parts().Fault == faultdaemon.FaultNone {
			i++ // what once has put before the fault
		}
		p = s.plan[i].Parts()
		p.Selector = ""
		s.try(s.replaced(i, p))
		p = s.plan[i].Parts()
		p.PerConnection = false
		s.try(s.replaced(i, p))
	}
}

// window is up to which exchange a fault is looked for that acts by chance or often.
const window = 16

// once has a fault act on one exchange, the first that will do.
func (s *search) once(i int, p faultdaemon.TermParts) bool {
	p.N, p.Percent = 1, 0
	if p.Count == faultdaemon.FirstOnes && s.plan[i].Parts().N == 1 {
		return true
	}
	p.Count = faultdaemon.FirstOnes
	if s.try(s.replaced(i, p)) {
		return true
	}
	before := p
	before.Fault = faultdaemon.FaultNone
	for before.N = 1; before.N < window; before.N++ {
		if s.try(s.replaced(i, before, p)) {
			return true
		}
	}
	return false
}

// fewer has a fault for which once is not enough act on the first few exchanges, as few
// as will do, or else on all instead of on some by chance.
func (s *search) fewer(i int, p faultdaemon.TermParts) {
	most := int64(window)
	if p.Count == faultdaemon.FirstOnes {
		most = p.N
	}
	p.Count, p.Percent = faultdaemon.FirstOnes, 0
	p.N = most
	if s.try(s.replaced(i, p)) {
		s.leastCount(i)
		return
	}
	if p = s.plan[i].Parts(); p.Count == faultdaemon.ByChance {
		p.Count, p.Percent = faultdaemon.AllOfThem, 0
		s.try(s.replaced(i, p))
	}
}

// moveForward has faults act on earlier exchanges: fewer are healthy before.
func (s *search) moveForward() {
	for i := range s.plan {
		if p := s.plan[i].Parts(); p.Fault == faultdaemon.FaultNone && p.Count == faultdaemon.FirstOnes {
			s.leastCount(i)
		}
	}
}

// leastCount makes the N of a term as small as will do.
func (s *search) leastCount(i int) {
	p := s.plan[i].Parts()
	least(1, p.N, func(n int64) bool {
		p.N = n
		return s.try(s.replaced(i, p))
	})
}

// least looks by halving for the smallest number from low to high that will do. high
// does.
func least(low, high int64, will func(int64) bool) int64 {
	if low >= high || will(low) {
		return min(low, high)
	}
	for high-low > 1 {
		if middle := low + (high-low)/2; will(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}
