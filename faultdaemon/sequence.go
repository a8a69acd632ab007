package faultdaemon

import (
	"errors"
	"fmt"
	"slices"
)

// EveryNthConnection does step on every nth connection that the daemon
// accepts, n being an Int parameter, and does not fire on the others; on none
// when n is 0.
func EveryNthConnection(n string, step Step) Step {
	return func(e *Exchange) error {
		nth := e.Arg(n).Int()
		if nth == 0 || e.Connection()%nth != 0 {
			return NotFired(fmt.Sprintf("connection %d is none of every %d", e.Connection(), nth))
		}
		return step(e)
	}
}

// Serve reads as many requests as the Int parameter n says and serves them as
// a healthy daemon does.
func Serve(n string) Step {
	return func(e *Exchange) error {
		for range e.Arg(n).Int() {
			next, err := e.Next(0)
			if err != nil {
				return err
			}
			if err := next.serve(); err != nil {
				return err
			}
		}
		return nil
	}
}

// SendWithNext holds R until the client's next request that has a reply, and then
// writes R and that reply in one write. When the Duration parameter hold has
// passed without such a request, or the client sends no more, it writes R alone. A
// request that has begun by then is waited for.
func SendWithNext(hold string) Step {
	return func(e *Exchange) error {
		r, err := Response(e)
		if err != nil {
			return err
		}
		next, second, err := e.NextReply(e.Arg(hold).Duration())
		if next != nil && err != nil {
			return err
		}
		if _, werr := e.Write(slices.Concat(r, second)); werr != nil {
			return werr
		}
		if isTimeout(err) {
			return nil
		}
		return err
	}
}

// SendAgainWithNext writes what b computes of R and, when the client's next
// request that has a reply is there, the last message of it once more and that
// request's R behind it, in one write: a late duplicate in the same read as what
// is waited for. distinct returns a *[NotFiredError] where a client could not
// know which of the two belongs to the second request; then there is no
// duplicate. Nil means that it always can, or that it need not.
func SendAgainWithNext(b Bytes, distinct func(first, second *Exchange) error) Step {
	return func(e *Exchange) error {
		p, err := b(e)
		if err != nil {
			return err
		}
		if _, err := e.Write(p); err != nil {
			return err
		}
		next, r, err := e.NextReply(0)
		if err != nil {
			return err
		}
		if distinct != nil {
			err = distinct(e, next)
		}
		if err == nil {
			messages := Messages(e.Protocol(), p)
			r = slices.Concat(messages[len(messages)-1], r)
		}
		if _, werr := e.Write(r); werr != nil {
			return werr
		}
		return err
	}
}

// Reversed holds what b computes for k requests, k being an Int parameter, and
// writes it in reverse order, each in a write of its own. Requests without a
// reply do not count. When the Duration parameter hold has passed without a
// request that has one, or the client sends no more, it writes what it has. A
// request that b does not fire on ends the wait too: its R comes behind what
// was held.
func Reversed(b Bytes, k, hold string) Step {
	return func(e *Exchange) error {
		p, err := b(e)
		if err != nil {
			return err
		}
		held, next := [][]byte{p}, e
		for int64(len(held)) < e.Arg(k).Int() {
			if next, _, err = e.NextReply(e.Arg(hold).Duration()); err != nil {
				break
			}
			if p, err = b(next); err != nil {
				break
			}
			held = append(held, p)
		}
		for _, p := range slices.Backward(held) {
			if _, err := e.Write(p); err != nil {
				return err
			}
		}
		var pass *NotFiredError
		switch {
		case next == nil && isTimeout(err):
			return nil
		case errors.As(err, &pass):
			return next.serve()
		}
		return err
	}
}
