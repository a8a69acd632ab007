package relay

import (
	"bytes"
	"errors"
	"os"
	"time"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Request is the request as it came.
func Request(e *faultdaemon.Exchange) ([]byte, error) { return e.Request(), nil }

// FirstHalf is the first half of the request, rounded down.
func FirstHalf(e *faultdaemon.Exchange) ([]byte, error) {
	r := e.Request()
	if len(r) < 2 {
		return nil, faultdaemon.NotFired("a request of 1 byte has no half")
	}
	return r[:len(r)/2], nil
}

// Flipped is the request with bit 0 of the byte in its middle changed, at half its
// length rounded down.
func Flipped(e *faultdaemon.Exchange) ([]byte, error) {
	r := bytes.Clone(e.Request())
	r[len(r)/2] ^= 1
	return r, nil
}

// Forward sends what b computes to the upstream, in place of the request. What that
// replies is passed on to the client.
func Forward(b faultdaemon.Bytes) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		p, err := b(e)
		if err != nil {
			return err
		}
		return e.Forward(p)
	}
}

// Drop does not pass the request on.
func Drop(e *faultdaemon.Exchange) error {
	e.Acted("the request is dropped")
	return nil
}

// ShutUpstream shuts the way to the upstream, which reads EOF.
func ShutUpstream(e *faultdaemon.Exchange) error { return e.ShutUpstream() }

// After does a step from the exchange on that comes after as many as the Int parameter
// says; the fault does not fire on those.
func After(param string, do faultdaemon.Step) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		if int64(e.Number()) <= e.Arg(param).Int() {
			return faultdaemon.NotFired("it is one of the exchanges before")
		}
		return do(e)
	}
}

// CloseUpstream ends the connection to the upstream, and with it the client's.
func CloseUpstream(e *faultdaemon.Exchange) error { return e.CloseUpstream() }

// ForwardReordered passes the next request on before this one. Where none comes
// within the Duration parameter, the fault does not fire.
func ForwardReordered(within string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		next, err := following(e, within)
		if err != nil {
			return err
		}
		return errors.Join(next.Forward(next.Request()), e.Forward(e.Request()))
	}
}

// SwapReplies writes the reply to the next request before the reply to this one.
// Where none comes within the Duration parameter, the fault does not fire.
func SwapReplies(within string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		next, err := following(e, within)
		if err != nil {
			return err
		}
		first, err := e.Response()
		if err != nil {
			return err
		}
		second, err := next.Response()
		if err != nil {
			return err
		}
		if _, err := next.Write(second); err != nil {
			return err
		}
		_, err = e.Write(first)
		return err
	}
}

// following reads one more request.
func following(e *faultdaemon.Exchange, within string) (*faultdaemon.Exchange, error) {
	next, err := e.Next(e.Arg(within).Duration())
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = faultdaemon.NotFired("no other request has come within " + e.Arg(within).String())
	}
	return next, err
}

// Limit lets no more bytes a second pass than the Int parameter says, in each
// direction.
func Limit(rate string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error { return e.Shape(nil, e.Arg(rate).Int()) }
}

// Delay delays all bytes, in each direction, for as long as the Duration parameter delay
// says and, by chance, as much longer as the Duration parameter jitter says at the most.
func Delay(delay, jitter string) faultdaemon.Step {
	return func(e *faultdaemon.Exchange) error {
		least, spread := e.Arg(delay).Duration(), e.Arg(jitter).Duration()
		chance := newChance(e.Rand())
		return e.Shape(func() time.Duration { return least + chance.upTo(spread) }, 0)
	}
}
