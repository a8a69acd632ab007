package faulttest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/internal/session"
)

// A sessionRun is one session under one fault. As the answer of a client it says what
// became of the run.
type sessionRun struct {
	session.Script

	opts Options
	call func(context.Context, int) (any, error)

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
	if err := opened.Failed(); err != nil {
		return fmt.Errorf("open: %w", err)
	}
	s.Recover, s.Pause, s.Dials = s.opts.recovery(), s.opts.stagger(), s.dials
	s.Make = func(i int, within time.Duration) session.Call { return s.make(ctx, i, within) }
	err := s.Run()
	if s.Last().Hung {
		return err // its end would hang as well
	}
	ended := s.within(ctx, func(context.Context) (any, error) {
		if end != nil {
			end()
		}
		return nil, nil
	})
	cancel()
	if failed := ended.Failed(); failed != nil {
		s.FailedAtEnd(ended.Hung, ended.Crash)
		return errors.Join(err, fmt.Errorf("end: %w", failed))
	}
	s.open = s.unclosed(realLinger)
	return err
}

// make makes call i, whose context ends within a time, if that is not 0.
func (s *sessionRun) make(ctx context.Context, i int, within time.Duration) session.Call {
	if within > 0 {
		limited, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		ctx = limited
	}
	return s.within(ctx, func(ctx context.Context) (any, error) { return s.call(ctx, i) })
}
