// Package session makes the calls of a session: one before a fault, one or two during
// it, and further ones when the daemon is healthy again. The runners that judge
// functions and programs say how a call is made.
package session

import (
	"fmt"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/faultdaemon/verdict"
)

const (
	maxCalls = 10 // before, during and after the fault
	tries    = 7  // of these, at least, when the daemon is healthy again
)

// A Script is what is done with one client in one session. It belongs to one
// goroutine.
type Script struct {
	Daemon *faultdaemon.FaultDaemon // of this session; healthy at first
	Fault  faultdaemon.Fault
	Plan   faultdaemon.Plan

	Recover time.Duration // the time in which a call has to succeed after the fault
	Pause   time.Duration // in which the daemon and the client do what they are about to do

	// Make makes call i. The call has to succeed within a time, if that is not 0.
	Make func(i int, within time.Duration) Call

	// Dials returns how often the client has dialed; nil if nobody knows.
	Dials func() int

	Calls  []Call
	Number int // of the call during the fault

	kind    kind
	atEnd   bool
	inForce time.Time // since when the fault was
	healed  time.Time // since when the daemon is healthy again
}

// Healthy returns the config of a session's daemon as it begins, and a Script that has
// the config's fault.
func Healthy(cfg faultdaemon.Config) (faultdaemon.Config, Script, error) {
	k, err := kindOf(cfg)
	s := Script{Fault: cfg.Fault, Plan: cfg.Plan, kind: k}
	cfg.Fault, cfg.Plan = faultdaemon.FaultNone, nil
	return cfg, s, err
}

// Run makes the calls: all that a session can have where there is no fault. An error
// says what went wrong when the daemon was healthy.
func (s *Script) Run() error {
	s.Number = 1
	if err := s.next(0).Failed(); err != nil {
		s.Number = 0
		return fmt.Errorf("call 0: %w", err)
	}
	if s.Fault == faultdaemon.FaultNone && s.Plan == nil {
		return s.makeAll()
	}
	made := s.suffer()
	s.Daemon.SetFault(faultdaemon.FaultNone)
	s.healed = time.Now()
	s.settle()
	for try := 0; !made.Hung && made.Crash == "" && !made.Over && len(s.Calls) < maxCalls; try++ {
		began := s.healed.Add(s.Recover * time.Duration(try) / tries)
		if wait := time.Until(began); wait > 0 {
			<-time.After(wait)
		}
		left := s.Recover - time.Since(s.healed)
		if left <= 0 {
			break
		}
		if made = s.next(left); made.Err == nil {
			break
		}
	}
	return nil
}

// makeAll makes all the calls that a session can have.
func (s *Script) makeAll() error {
	s.inForce = time.Now()
	for len(s.Calls) < maxCalls {
		if err := s.next(0).Failed(); err != nil {
			s.Number = len(s.Calls) - 1
			return fmt.Errorf("call %d: %w", s.Number, err)
		}
	}
	return nil
}

// suffer makes the call during the fault: once more where the first has not met it.
func (s *Script) suffer() *Call {
	dialed, accepted := s.dials(), s.Daemon.ConnectionCount()
	s.begin()
	made := s.next(0)
	unmet := s.kind.early && made.Err != nil && s.dials() == dialed && s.Daemon.ConnectionCount() == accepted
	if !made.Over && (unmet || s.kind.second && made.Failed() == nil) {
		s.settle()
		s.Number++
		made = s.next(0)
	}
	return made
}

func (s *Script) dials() int {
	if s.Dials == nil {
		return 0
	}
	return s.Dials()
}

// begin puts the fault in force.
func (s *Script) begin() {
	s.inForce = time.Now()
	cfg := s.Daemon.Config()
	cfg.Fault, cfg.Plan = s.Fault, s.Plan
	s.Daemon.SetConfig(cfg)
	if s.kind.early {
		s.Daemon.Disconnect()
	}
	s.settle()
}

func (s *Script) settle() { <-time.After(s.Pause) }

// next makes the next call.
func (s *Script) next(within time.Duration) *Call {
	s.Calls = append(s.Calls, s.Make(len(s.Calls), within))
	return s.Last()
}

// Last is the call that was made last; nil if none was made.
func (s *Script) Last() *Call {
	if len(s.Calls) == 0 {
		return nil
	}
	return &s.Calls[len(s.Calls)-1]
}

// FailedAtEnd makes the last call one that has failed when the client was to end, and
// the one that is judged.
func (s *Script) FailedAtEnd(hung bool, crash string) {
	if crash != "" {
		s.Last().Crash = "end: " + crash
	}
	s.Last().Hung, s.Number, s.atEnd = hung, len(s.Calls)-1, true
}

// Take makes an observation of the whole session that of the call during the fault,
// with the session around it. Where that call was not made it changes nothing.
func (s *Script) Take(o *verdict.Observation) {
	if len(s.Calls) <= s.Number {
		return // what went wrong when the daemon was healthy is the run's error
	}
	whole := &verdict.Session{Number: s.Number, AtEnd: s.atEnd, Began: o.Started, Log: o.Log, Healthy: s.healed, Recover: s.Recover}
	var answers []any
	for _, c := range s.Calls {
		whole.Calls = append(whole.Calls, c.observation())
		answers = append(answers, c.Answer)
	}
	during := whole.Calls[s.Number]
	o.Session, o.TimedFrom = whole, time.Time{}
	o.Started, o.Ended, o.Hung, o.Crash, o.Ending = during.Started, during.Ended, during.Hung, during.Crash, during.Ending
	if s.healed.IsZero() {
		o.Answer = answers // and the error is that of the run
	} else {
		o.Answer, o.Err = during.Answer, during.Err
	}
	o.Log = o.Log.Until(o.Ended).Since(s.inForce)
}
