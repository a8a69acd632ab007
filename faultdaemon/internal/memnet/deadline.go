package memnet

import (
	"net"
	"sync"
	"time"
)

// SetDeadline sets the read and the write deadline.
func (c *Conn) SetDeadline(t time.Time) error { return c.setDeadline(t, &c.reading, &c.writing) }

// SetReadDeadline sets the instant from which on Read, WaitByte and WaitGone
// fail with os.ErrDeadlineExceeded, blocked ones included. A byte that arrives
// at that very instant is late. A past instant acts at once; the zero Time is
// no deadline. On a closed end it fails with net.ErrClosed.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.setDeadline(t, &c.reading) }

// SetWriteDeadline sets the instant from which on Write fails with
// os.ErrDeadlineExceeded, blocked ones included, which return how many bytes
// they have handed over. A past instant acts at once; the zero Time is no
// deadline. On a closed end it fails with net.ErrClosed.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.setDeadline(t, &c.writing) }

func (c *Conn) setDeadline(t time.Time, sides ...*side) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return opError("set", net.ErrClosed)
	}
	for _, s := range sides {
		s.set(t, &s.Cond)
	}
	return nil
}

// deadline is the instant from which on calls fail. The zero value is none.
//
// The clock decides, not the timer: the timer only wakes those who wait, so one
// that fires late or for an instant since replaced does no harm.
type deadline struct {
	at    time.Time   // zero means none
	timer *time.Timer // made by the first deadline, then reused
}

// passed reports whether the deadline has come.
func (d *deadline) passed() bool {
	return !d.at.IsZero() && !time.Now().Before(d.at)
}

// set replaces the deadline by t and has cond's waiters woken when it comes.
// The caller holds cond's lock.
func (d *deadline) set(t time.Time, cond *sync.Cond) {
	d.stop()
	if t.IsZero() {
		d.at = t
		return
	}
	// On the monotonic clock, which the timer runs on: were at a wall clock
	// reading and that clock set back, the timer would wake nobody for good.
	now := time.Now()
	left := t.Sub(now)
	d.at = now.Add(left)
	switch {
	case left <= 0:
		cond.Broadcast()
	case d.timer == nil:
		d.timer = time.AfterFunc(left, func() {
			cond.L.Lock()
			defer cond.L.Unlock()
			cond.Broadcast()
		})
	default:
		d.timer.Reset(left)
	}
}

// stop keeps the timer from firing.
func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
	}
}
