package shrink

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// simplifyArguments makes the arguments that a plan gives its faults as small as will do.
func (s *search) simplifyArguments() {
	for i := range s.plan {
		fault := s.plan[i].Parts().Fault
		info, found := s.options.Catalogue.Lookup(fault)
		if !found {
			continue // none
		}
		for n := range fault.Args() {
			s.simplifyArgument(i, n, info.Params[n])
		}
	}
}

// simplifyArgument makes the nth argument of a term's fault as small as will do.
func (s *search) simplifyArgument(i, n int, param faultdaemon.Param) {
	will := func(text string) bool {
		p := s.plan[i].Parts()
		args := p.Fault.Args()
		if args[n] == text {
			return true
		}
		args[n] = text
		p.Fault = faultdaemon.Fault(p.Fault.Name() + "(" + strings.Join(args, ", ") + ")")
		return s.try(s.replaced(i, p))
	}
	text := s.plan[i].Parts().Fault.Args()[n]
	switch param.Kind {
	case faultdaemon.KindDuration:
		if d, err := time.ParseDuration(text); err == nil {
			s.shorten(d, func(d time.Duration) bool { return will(d.String()) })
		}
	case faultdaemon.KindInt:
		if value, err := strconv.ParseInt(text, 10, 64); err == nil {
			least(param.Min, value, func(n int64) bool { return will(strconv.FormatInt(n, 10)) })
		}
	case faultdaemon.KindDigits:
		least(1, int64(len(text)), func(length int64) bool { return will(zeros(length)) || will(text[:length]) })
	case faultdaemon.KindChoice:
		for _, choice := range param.Choices[:slices.Index(param.Choices, text)] {
			if will(choice) {
				return
			}
		}
	}
}

// shorten makes a duration as short as will do, to the millisecond.
func (s *search) shorten(d time.Duration, will func(time.Duration) bool) {
	if !s.options.Coarse {
		whole := int64((d + time.Millisecond - 1) / time.Millisecond)
		least(0, whole, func(ms int64) bool { return will(time.Duration(ms) * time.Millisecond) })
		return
	}
	sizes := []time.Duration{0}
	for power := 100 * time.Microsecond; power < d && power > 0; power *= 10 {
		for _, size := range []time.Duration{power * 3 / 2, power * 3, power * 7} {
			if size < d {
				sizes = append(sizes, size)
			}
		}
	}
	sizes = append(sizes, d)
	least(0, int64(len(sizes)-1), func(n int64) bool { return will(sizes[n]) })
}

// zeros is the least number of so many digits: 0, 10, 100.
func zeros(length int64) string {
	if length == 1 {
		return "0"
	}
	return "1" + strings.Repeat("0", int(length-1))
}
