package handlers

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A replayed connection is read and written by a daemon's relay. Two goroutines are
// behind it: one reads requests, the other sends what is due. Close ends both.
type replayed struct {
	net.Conn                // the relay's end of what is sent
	requests net.Conn       // the relay's end of what the client sends
	close    sync.Once      // of ended
	ended    chan struct{}  // closed by Close
	running  sync.WaitGroup // both goroutines

	recording *recording
	progress  *progress

	mu     sync.Mutex
	wake   chan struct{} // one slot: what is due has changed
	due    []dueAct      // in order
	turns  time.Time     // when the last reply is due that has its turn
	eof    bool          // no more requests come
	failed error         // what the relay reads in place of EOF
}

// A dueAct is what is to be done when.
type dueAct struct {
	act
	at time.Time
}

// progress is how far one daemon has come in a recording.
type progress struct {
	mu          sync.Mutex
	connections int
	used        map[*group]int
}

// longest is the longest request that is read, in bytes.
const longest = 64 << 20

func (r *recording) connect(ctx context.Context) net.Conn {
	near, replies := net.Pipe()
	requests, far := net.Pipe()
	c := &replayed{
		Conn: near, requests: requests, ended: make(chan struct{}), wake: make(chan struct{}, 1),
		recording: r,
		progress: faultdaemon.Shared(ctx, r, func() any {
			return &progress{used: map[*group]int{}}
		}).(*progress),
	}
	c.plan(c.progress.greeting(r), nil)
	c.running.Go(func() { c.read(far) })
	c.running.Go(func() { c.send(replies) })
	return c
}

// greeting returns what the next connection gets before its first request.
func (p *progress) greeting(r *recording) *recorded {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.connections++
	return r.greetings[min(p.connections, len(r.greetings))-1]
}

// next returns the request of a group whose turn it is.
func (p *progress) next(g *group) *recorded {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.used[g]
	p.used[g]++
	return g.requests[min(n, len(g.requests)-1)]
}

// read reads requests and plans what is done because of them.
func (c *replayed) read(from net.Conn) {
	defer from.Close()
	reader := bufio.NewReader(from)
	for {
		request, err := c.recording.protocol.ReadMessage(reader, longest)
		if err == nil {
			err = c.take(bytes.Clone(request))
		}
		switch {
		case err == nil:
			continue
		case errors.Is(err, io.EOF):
			err = nil
		}
		c.finish(err)
		return
	}
}

// take plans what is done because of a request.
func (c *replayed) take(request []byte) error {
	r := c.recording
	if g := r.groups[r.content(request)]; g != nil {
		c.plan(c.progress.next(g), request)
		return nil
	}
	if !r.protocol.ExpectsReply(request) {
		return nil
	}
	return r.unrecorded(request)
}

// plan has sent, at their times, what was sent because of q.
func (c *replayed) plan(q *recorded, request []byte) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.due = slices.DeleteFunc(c.due, func(d dueAct) bool { return len(d.data) == 0 })
	for _, a := range q.acts {
		at := now.Add(a.after)
		if a.turn {
			if at.Before(c.turns) {
				at = c.turns
			}
			c.turns = at
		}
		a.data = c.recording.retied(q, a, request)
		i, _ := slices.BinarySearchFunc(c.due, at, func(d dueAct, at time.Time) int {
			if d.at.After(at) {
				return 1
			}
			return -1 // behind what is due at the same time
		})
		c.due = slices.Insert(c.due, i, dueAct{act: a, at: at})
	}
	c.changed()
}

// finish has the connection end: after the replies that are due, or at once with an error.
func (c *replayed) finish(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.eof, c.failed = true, err
	keep := 0
	for i, d := range c.due {
		if d.reply && err == nil {
			keep = i + 1
		}
	}
	c.due = c.due[:keep]
	c.changed()
}

// changed wakes send; c.mu is held.
func (c *replayed) changed() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// send does what is due until the connection is over.
func (c *replayed) send(to net.Conn) {
	defer to.Close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		next, wait, over := c.first()
		switch {
		case over:
			return
		case wait == 0:
			if _, err := to.Write(next); err != nil {
				return
			}
			continue
		case wait > 0:
			timer.Reset(wait)
		default:
			timer.Stop()
		}
		select {
		case <-timer.C:
		case <-c.wake:
		case <-c.ended:
			return
		}
	}
}

// first returns what is to be sent now, or how long to wait for the next, less than
// 0 for a request; over says that the connection ends.
func (c *replayed) first() (data []byte, wait time.Duration, over bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.due) == 0 {
		return nil, -1, c.eof
	}
	next := c.due[0]
	if wait = time.Until(next.at); wait > 0 {
		return nil, wait, false
	}
	c.due = c.due[1:]
	return next.data, 0, len(next.data) == 0
}

// Read reads what is sent; at its end, why it ended.
func (c *replayed) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if errors.Is(err, io.EOF) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.failed != nil {
			err = c.failed
		}
	}
	return n, err
}

// Write writes what the client sends.
func (c *replayed) Write(p []byte) (int, error) { return c.requests.Write(p) }

// CloseWrite ends what the client sends.
func (c *replayed) CloseWrite() error { return c.requests.Close() }

// Close ends the connection and waits until nothing runs any more.
func (c *replayed) Close() error {
	c.close.Do(func() { close(c.ended) })
	err := errors.Join(c.Conn.Close(), c.requests.Close())
	c.running.Wait()
	return err
}

// SetDeadline sets both deadlines.
func (c *replayed) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetWriteDeadline sets the deadline of writes.
func (c *replayed) SetWriteDeadline(t time.Time) error { return c.requests.SetWriteDeadline(t) }
