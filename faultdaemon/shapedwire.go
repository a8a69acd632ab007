package faultdaemon

import (
	"sync"
	"time"
)

// shapedWire is a wire whose writes go out later, or slowly: each when it is due, in
// order, so many bytes a second. A write returns when its bytes are in the queue,
// which has room for queuedBytes and then blocks.
//
// Its goroutine alone writes to the wire below. It ends when the wire is ended, after
// all that is queued has gone out.
type shapedWire struct {
	wire
	delay func() time.Duration // for each write
	rate  int64                // bytes a second; 0 is no limit
	stop  <-chan struct{}

	mu      sync.Mutex
	changed *sync.Cond
	queue   []delayed
	queued  int   // bytes
	shut    bool  // nothing more is queued
	idle    bool  // the goroutine has written all there was, and ended
	err     error // of a write below
}

// delayed are bytes that go out when they are due.
type delayed struct {
	due   time.Time
	bytes []byte
}

// queuedBytes is how much a shapedWire takes before it blocks.
const queuedBytes = 1 << 20

func newShapedWire(w wire, delay func() time.Duration, rate int64, stop <-chan struct{}) *shapedWire {
	s := &shapedWire{wire: w, delay: delay, rate: rate, stop: stop}
	s.changed = sync.NewCond(&s.mu)
	go s.run()
	return s
}

// Write queues a copy of p.
func (s *shapedWire) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.queued >= queuedBytes && s.err == nil {
		s.changed.Wait()
	}
	if s.err != nil {
		return 0, s.err
	}
	s.queue = append(s.queue, delayed{time.Now().Add(s.delay()), append([]byte(nil), p...)})
	s.queued += len(p)
	s.changed.Broadcast()
	return len(p), nil
}

// run writes what is queued.
func (s *shapedWire) run() {
	for {
		next, ok := s.next()
		if !ok {
			return
		}
		err := s.pause(time.Until(next.due))
		if err == nil {
			err = s.send(next.bytes)
		}
		s.written(len(next.bytes), err)
	}
}

// next waits for the next bytes; it is false when there are none any more.
func (s *shapedWire) next() (delayed, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) == 0 && !s.shut && s.err == nil {
		s.changed.Wait()
	}
	if len(s.queue) == 0 || s.err != nil {
		s.idle = true
		s.changed.Broadcast()
		return delayed{}, false
	}
	next := s.queue[0]
	s.queue = s.queue[1:]
	return next, true
}

// send writes bytes, at the rate.
func (s *shapedWire) send(p []byte) error {
	if s.rate <= 0 {
		_, err := s.wire.Write(p)
		return err
	}
	for piece := max(int(s.rate/100), 1); len(p) > 0; { // ten milliseconds' worth
		n := min(piece, len(p))
		if err := s.pause(time.Duration(n) * time.Second / time.Duration(s.rate)); err != nil {
			return err
		}
		if _, err := s.wire.Write(p[:n]); err != nil {
			return err
		}
		p = p[n:]
	}
	return nil
}

func (s *shapedWire) pause(d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-s.stop:
		return ErrClosed
	}
}

func (s *shapedWire) written(n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queued -= n
	if err != nil {
		s.err = err
	}
	s.changed.Broadcast()
}

// drain waits until all that is queued has gone out, and ends the goroutine.
func (s *shapedWire) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shut = true
	s.changed.Broadcast()
	for !s.idle {
		s.changed.Wait()
	}
}

// CloseWrite shuts the write side behind what is queued.
func (s *shapedWire) CloseWrite() error {
	s.drain()
	return s.wire.CloseWrite()
}

// Finish ends the connection behind what is queued.
func (s *shapedWire) Finish() error {
	s.drain()
	return s.wire.Finish()
}

// Reset resets the connection behind what is queued.
func (s *shapedWire) Reset() error {
	s.drain()
	return s.wire.Reset()
}

// Close drops what is queued.
func (s *shapedWire) Close() error {
	s.written(0, ErrClosed)
	err := s.wire.Close()
	s.drain()
	return err
}
