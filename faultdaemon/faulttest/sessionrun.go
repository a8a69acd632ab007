package faulttest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

const (
	sessionCalls = 10 // at most, before, during and after the fault
	sessionTries = 7  // of these, at least, when the daemon is healthy again
)

// A sessionRun is one session under one fault. As the answer of a client it says what
// became of the run.
type sessionRun struct {
	opts   Options
	daemon *faultdaemon.FaultDaemon
	fault  faultdaemon.Fault
	plan   faultdaemon.Plan
	kind   faultKind

	call    func(context.Context, int) (any, error)
	calls   []sessionCall
	number  int       // of the call during the fault
	inForce time.Time // since when the fault was
	healed  time.Time // since when the daemon is healthy again

	mu     sync.Mutex
	dialed []net.Conn
	open   []string // connections that were not closed
}

// longest is how long a session may take: all of its calls do not return in time.
func (o Options) longest() time.Duration { return 5*o.Deadline + o.recovery() + 2*o.grace() }

// grace is how long after its deadline a call may return.
func (o Options) grace() time.Duration {
	if o.Real {
		return realGrace
	}
	return virtualGrace
}

// run runs the session. An error says what went wrong when the daemon was healthy.
func (s *sessionRun) run(ctx context.Context, dial Dialer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var end func()
	opened := s.within(ctx, func(context.Context) (_ any, err error) {
		s.call, end, err = s.opts.session(ctx, s.noting(dial))
		return nil, err
	})
	if err := opened.failed(); err != nil {
		return fmt.Errorf("open: %w", err)
	}
	err := s.make(ctx)
	if s.last().hung {
		return err // its end would hang as well
	}
	ended := s.within(ctx, func(context.Context) (any, error) {
		if end != nil {
			end()
		}
		return nil, nil
	})
	cancel()
	if failed := ended.failed(); failed != nil {
		if ended.crash != "" {
			s.last().crash = "end: " + ended.crash
		}
		s.last().hung, s.number = ended.hung, len(s.calls)-1
		return errors.Join(err, fmt.Errorf("end: %w", failed))
	}
	s.open = s.unclosed(realLinger)
	return err
}

// make makes the calls.
func (s *sessionRun) make(ctx context.Context) error {
	s.number = 1
	if err := s.next(ctx).failed(); err != nil {
		s.number = 0
		return fmt.Errorf("call 0: %w", err)
	}
	if s.fault == faultdaemon.FaultNone && s.plan == nil {
		return s.makeAll(ctx)
	}
	made := s.suffer(ctx)
	s.daemon.SetFault(faultdaemon.FaultNone)
	s.healed = time.Now()
	s.settle()
	for try := 0; !made.hung && made.crash == "" && len(s.calls) < sessionCalls; try++ {
		began := s.healed.Add(s.opts.recovery() * time.Duration(try) / sessionTries)
		if wait := time.Until(began); wait > 0 {
			<-time.After(wait)
		}
		left := s.opts.recovery() - time.Since(s.healed)
		if left <= 0 {
			break
		}
		limited, cancel := context.WithTimeout(ctx, left)
		made = s.next(limited)
		cancel()
		if made.err == nil {
			break
		}
	}
	return nil
}

// makeAll makes all the calls that a session can have.
func (s *sessionRun) makeAll(ctx context.Context) error {
	s.inForce = time.Now()
	for len(s.calls) < sessionCalls {
		if err := s.next(ctx).failed(); err != nil {
			s.number = len(s.calls) - 1
			return fmt.Errorf("call %d: %w", s.number, err)
		}
	}
	return nil
}

// suffer makes the call during the fault: once more where the first has not met it.
func (s *sessionRun) suffer(ctx context.Context) *sessionCall {
	dialed, accepted := s.dials(), s.daemon.ConnectionCount()
	s.begin()
	made := s.next(ctx)
	unmet := s.kind.early && made.err != nil && s.dials() == dialed && s.daemon.ConnectionCount() == accepted
	if unmet || s.kind.second && made.failed() == nil {
		s.settle()
		s.number++
		made = s.next(ctx)
	}
	return made
}

// begin puts the fault in force.
func (s *sessionRun) begin() {
	s.inForce = time.Now()
	cfg := s.daemon.Config()
	cfg.Fault, cfg.Plan = s.fault, s.plan
	s.daemon.SetConfig(cfg)
	if s.kind.early {
		s.daemon.Disconnect()
	}
	s.settle()
}

// settle gives the daemon and the client the time to do what they are about to do.
func (s *sessionRun) settle() { <-time.After(s.opts.stagger()) }

// next makes the next call.
func (s *sessionRun) next(ctx context.Context) *sessionCall {
	i := len(s.calls)
	s.calls = append(s.calls, s.within(ctx, func(ctx context.Context) (any, error) { return s.call(ctx, i) }))
	return s.last()
}

func (s *sessionRun) last() *sessionCall { return &s.calls[len(s.calls)-1] }
