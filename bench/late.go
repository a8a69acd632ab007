package bench

import (
	"slices"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// lateReplies is by how much a reply that is to come after a delay is later, of 200 the
// one that so many percent of them do not exceed.
func lateReplies(delay time.Duration, percent int) Side {
	return func(s *Setup) (Round, error) {
		dial, err := daemon(faultdaemon.Config{Fault: faultdaemon.FaultSlowResponse.With(delay)})(s)
		if err != nil {
			return nil, err
		}
		var waits []func() error
		for range atOnce {
			c, err := newClient(s, dial)
			if err != nil {
				return nil, err
			}
			talk := line(request)
			waits = append(waits, func() error { return c.exchange(talk) })
		}
		return lateness(s, delay, percent, waits), nil
	}
}

// lateSleeps is the same of time.Sleep.
func lateSleeps(delay time.Duration, percent int) Side {
	return func(s *Setup) (Round, error) {
		var waits []func() error
		for range atOnce {
			waits = append(waits, func() error { time.Sleep(delay); return nil })
		}
		return lateness(s, delay, percent, waits), nil
	}
}

// atOnce is how many waits there are at once: a thousand one after the other take a
// minute.
const atOnce = 8

// lateness does each wait 25 times, all of them at once.
func lateness(s *Setup, delay time.Duration, percent int, waits []func() error) Round {
	each := s.Times(25)
	return func() (Cost, error) {
		var mu sync.Mutex
		var late []time.Duration
		var failed error
		var all sync.WaitGroup
		for _, wait := range waits {
			all.Go(func() {
				for range each {
					start := time.Now()
					err := wait()
					spent := time.Since(start)
					mu.Lock()
					late = append(late, spent-delay)
					if err != nil {
						failed = err
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		slices.Sort(late)
		return Cost{Value: float64(late[(len(late)-1)*percent/100])}, failed
	}
}
