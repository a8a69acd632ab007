package notes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/faultdaemon/toolkit/examples/notes/wire"
)

// A call whose connection is lost is made again, over another one: twice at
// most, after 10 ms and after another 20. There is no jitter, for the few
// clients of a local daemon need not be kept apart.
const (
	maxAttempts = 3
	firstPause  = 10 * time.Millisecond
)

// call is one request and its reply, under one deadline for everything.
func (c *Client) call(ctx context.Context, req wire.Request, progress func(int)) (wire.Reply, error) {
	timeout := cmp.Or(c.Timeout, DefaultTimeout)
	late := fmt.Errorf("no reply within %s: %w", timeout, context.DeadlineExceeded)
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, late)
	defer cancel()
	req.ID = c.lastID.Add(1)
	message, err := wire.Encode(req)
	if err != nil {
		return wire.Reply{}, err
	}
	progress = rising(progress)
	for attempt, pause := 1, firstPause; ; attempt, pause = attempt+1, 2*pause {
		r, err := c.exchange(ctx, message, req.ID, progress)
		var lost *lostError
		if errors.As(err, &lost) && repeatable(req) && attempt < maxAttempts && sleep(ctx, pause) {
			continue
		}
		if err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return r, err
	}
}

// repeatable reports whether a request may be made again although the daemon
// may have carried it out.
func repeatable(req wire.Request) bool { return req.Type == wire.List || req.Key != "" }

// sleep waits, and reports whether there is time left then. Where there will be
// none it does not wait.
func sleep(ctx context.Context, pause time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= pause {
		return false
	}
	select {
	case <-time.After(pause):
		return true
	case <-ctx.Done():
		return false
	}
}

// rising returns a function that passes on what is greater than all before:
// progress does not go back when a call is made again. f may be nil.
func rising(f func(int)) func(int) {
	greatest := 0
	return func(percent int) {
		if f != nil && percent > greatest {
			greatest = percent
			f(percent)
		}
	}
}
