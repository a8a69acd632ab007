package jsonrpc

import (
	"bytes"
	"errors"
	"os"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// The steps of faults that are about the order and the time of replies.

// late writes the reply when the delay has passed, or the client has made its
// next call; that one's reply comes right behind, without a delay.
func late(delay string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		r, err := faultdaemon.Response(e)
		if err != nil {
			return err
		}
		next, second, err := e.NextReply(e.Arg(delay).Duration())
		if _, err := e.Write(r); err != nil {
			return err
		}
		if next == nil && errors.Is(err, os.ErrDeadlineExceeded) {
			_, second, err = e.NextReply(0)
		}
		if err != nil {
			return err
		}
		_, err = e.Write(second)
		return err
	}
}

// identified is R as it is, where its reply is one response that has an id.
func identified(e *faultdaemon.Exchange) ([]byte, error) {
	response, err := extra(asRequest)(e) // which needs an id
	if err != nil {
		return nil, err
	}
	if idOf(response) == nil {
		return nil, faultdaemon.NotFired("the reply is to a batch")
	}
	return faultdaemon.Response(e)
}

// distinct says where a client can tell the responses to two requests apart: by
// their ids.
func distinct(first, second *faultdaemon.Exchange) error {
	if id := idOf(first.Request()); bytes.Equal(id, idOf(second.Request())) {
		return faultdaemon.NotFired("both requests have the id " + string(id))
	}
	return nil
}

// early writes the reply and, in the same write, a reply to the request that comes next:
// in two, the request could come between them. When that has the id that was guessed,
// nothing more is written for it.
func early(e *faultdaemon.Exchange) error {
	r, err := faultdaemon.Response(e)
	if err != nil {
		return err
	}
	guess, err := extra(ofNextRequest)(e)
	if err != nil {
		return err
	}
	if _, err := e.Write(slices.Concat(r, guess)); err != nil {
		return err
	}
	next, r, err := e.NextReply(0)
	if err != nil || bytes.Equal(idOf(next.Request()), idOf(guess)) {
		return err
	}
	_, err = e.Write(r)
	return err
}
