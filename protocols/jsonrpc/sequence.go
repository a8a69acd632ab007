package jsonrpc

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The steps of faults that are about the order and the time of replies.

// reversed holds the replies to k requests and writes them in reverse order.
// Once the client has sent none for as long as hold says, or sends no more, it
// writes what it has.
func reversed(k, hold string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		r, err := faultdaemon.Response(e)
		if err != nil {
			return err
		}
		held := [][]byte{r}
		for int64(len(held)) < e.Arg(k).Int() {
			_, r, err = nextCall(e, e.Arg(hold).Duration())
			if err != nil {
				break
			}
			held = append(held, r)
		}
		for _, r := range slices.Backward(held) {
			if _, err := e.Write(r); err != nil {
				return err
			}
		}
		if isLate(err) {
			return nil
		}
		return err
	}
}

// late writes the reply when the delay has passed, or the client has made its
// next call; that one's reply comes right behind, without a delay.
func late(delay string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		r, err := faultdaemon.Response(e)
		if err != nil {
			return err
		}
		_, next, err := nextCall(e, e.Arg(delay).Duration())
		if _, err := e.Write(r); err != nil {
			return err
		}
		if isLate(err) {
			_, next, err = nextCall(e, 0)
		}
		if err != nil {
			return err
		}
		_, err = e.Write(next)
		return err
	}
}

// early writes the reply and, at once, a reply to the request that comes next.
// When that has the id that was guessed, nothing more is written for it.
func early(e *faultdaemon.Exchange) error {
	r, err := faultdaemon.Response(e)
	if err != nil {
		return err
	}
	guess, err := extra(ofNextRequest)(e)
	if err != nil {
		return err
	}
	for _, message := range [][]byte{r, guess} {
		if _, err := e.Write(message); err != nil {
			return err
		}
	}
	next, r, err := nextCall(e, 0)
	if err != nil || bytes.Equal(idOf(next.Request()), idOf(guess)) {
		return err
	}
	_, err = e.Write(r)
	return err
}

// nextCall reads requests until one has a reply, and returns both. It waits as
// long as within says in all, 0 for ever.
func nextCall(e *faultdaemon.Exchange, within time.Duration) (next *faultdaemon.Exchange, r []byte, err error) {
	for until := time.Now().Add(within); ; {
		if next, err = e.Next(within); err != nil {
			return nil, nil, err
		}
		if r, err = next.Response(); err != nil || len(r) > 0 {
			return next, r, err
		}
		if within == 0 {
			continue
		}
		if within = time.Until(until); within <= 0 {
			return nil, nil, os.ErrDeadlineExceeded
		}
	}
}

// isLate reports whether err is that of a wait that took too long.
func isLate(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
