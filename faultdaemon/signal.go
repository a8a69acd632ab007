package faultdaemon

import (
	"context"
	"fmt"
	"sync/atomic"
)

// A signal wakes those who wait for a count to grow. It costs one load where
// nobody waits.
type signal struct{ waiting atomic.Pointer[chan struct{}] }

// broadcast wakes everybody. It is called after the count has grown.
func (s *signal) broadcast() {
	if s.waiting.Load() == nil {
		return
	}
	if ch := s.waiting.Swap(nil); ch != nil {
		close(*ch)
	}
}

// next returns a channel that the next broadcast closes.
func (s *signal) next() <-chan struct{} {
	for {
		if ch := s.waiting.Load(); ch != nil {
			return *ch
		}
		ch := make(chan struct{})
		if s.waiting.CompareAndSwap(nil, &ch) {
			return ch
		}
	}
}

// await returns nil when count is n or more.
func (s *signal) await(ctx context.Context, what string, n int, count func() int64) error {
	// No channel stays behind: under synctest it would be of no use to
	// anybody outside this bubble. Who still waits looks again.
	defer s.broadcast()
	for {
		changed := s.next() // before the look, so that no change is missed
		have := count()
		if have >= int64(n) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("faultdaemon: waited for %d %s, have %d: %w", n, what, have, context.Cause(ctx))
		}
	}
}
