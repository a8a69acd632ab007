package faultdaemon

import (
	"errors"
	"fmt"
	"time"
)

// A Step is one act of a fault on an exchange: a primitive of this package,
// several of them joined by [Steps], or a function of a user's own.
//
// A nil error means that the connection goes on with its next message,
// [ErrClosed] that it is over, a *[NotFiredError] that the fault does not act
// here and the exchange is served as by a healthy daemon. Any other error is
// kept as an event and ends the connection.
//
// A step is called by the goroutine that serves the connection and may be
// called concurrently for other connections.
type Step func(*Exchange) error

// ErrClosed is what a step returns when the connection is over: it was closed
// or reset, its client has gone or the daemon stops.
var ErrClosed = errors.New("faultdaemon: connection is over")

// A NotFiredError is returned by a step that does not act on an exchange.
type NotFiredError struct{ Reason string }

// Error returns the reason.
func (e *NotFiredError) Error() string { return "did not fire: " + e.Reason }

// NotFired returns a *[NotFiredError].
func NotFired(reason string) error { return &NotFiredError{reason} }

func isNotFired(err error) bool {
	if err == nil {
		return false
	}
	var pass *NotFiredError
	return errors.As(err, &pass)
}

// Steps does one step after the other until one returns an error.
func Steps(steps ...Step) Step {
	return func(e *Exchange) error {
		for _, step := range steps {
			if err := step(e); err != nil {
				return err
			}
		}
		return nil
	}
}

// Send writes what b computes, in one write; nothing when that is empty.
func Send(b Bytes) Step {
	return func(e *Exchange) error {
		p, err := b(e)
		if err != nil || len(p) == 0 {
			return err
		}
		_, err = e.Write(p)
		return err
	}
}

// The pause that SendEach makes where none is given.
const (
	eachPause = 2 * time.Millisecond
	eachTotal = 50 * time.Millisecond
)

// SendEach writes what b computes in pieces of size bytes, with a pause after
// each but the last. pause names a Duration parameter; where no argument says
// how long, it is 2 ms, or less where all the pauses would exceed 50 ms.
func SendEach(b Bytes, size int, pause string) Step {
	return func(e *Exchange) error {
		p, err := b(e)
		if err != nil {
			return err
		}
		wait := e.Arg(pause).Duration()
		if gaps := (len(p) - 1) / size; !e.Arg(pause).Given() {
			wait = min(eachPause, eachTotal/time.Duration(max(gaps, 1)))
		}
		for next := time.Now(); ; {
			piece := p[:min(size, len(p))]
			if _, err := e.Write(piece); err != nil {
				return err
			}
			if p = p[len(piece):]; len(p) == 0 {
				return nil
			}
			next = next.Add(wait)
			if err := e.pause(time.Until(next)); err != nil {
				return err
			}
		}
	}
}

// IfReply passes an exchange over whose R is empty: what comes after it in
// [Steps] happens only to a client that waits for a reply.
func IfReply(e *Exchange) error {
	_, err := Response(e)
	return err
}

// Wait does nothing for as long as the Duration parameter says.
func Wait(param string) Step {
	return func(e *Exchange) error { return e.Wait(e.Arg(param).Duration()) }
}

// WaitWithJitter does nothing for as long as the Duration parameter delay says
// and, by chance, as much longer as the Duration parameter jitter says at the
// most. All durations in between are equally likely.
func WaitWithJitter(delay, jitter string) Step {
	return func(e *Exchange) error {
		d := e.Arg(delay).Duration()
		if spread := e.Arg(jitter).Duration(); spread > 0 {
			d += time.Duration(e.Rand().Int64N(int64(spread) + 1))
		}
		return e.Wait(d)
	}
}

// AwaitByte waits until the client has sent a byte, and does not read it.
func AwaitByte(e *Exchange) error { return e.awaitByte(0) }

// Hang does nothing more on the connection until the client goes away or the
// daemon stops.
func Hang(e *Exchange) error { return e.Hang() }

// Close ends the connection with a clean EOF.
func Close(e *Exchange) error { return e.Close() }

// CloseWrite shuts the write side: the client reads EOF, and what it writes is
// still read and recorded.
func CloseWrite(e *Exchange) error { return e.CloseWrite() }

// CloseRead shuts the read side, as [Exchange.CloseRead] does: what the client
// writes next fails with EPIPE on a Unix socket and in memory, and is never read
// on TCP. What is sent after it still arrives.
func CloseRead(e *Exchange) error { return e.CloseRead() }

// Reset ends the connection with a reset.
func Reset(e *Exchange) error { return e.Reset() }

// Panic panics in the goroutine that serves the connection. The daemon
// recovers, ends the connection with a clean EOF and serves on.
func Panic(e *Exchange) error {
	e.fire()
	panic(fmt.Sprintf("injected by %s", e.Fault()))
}

// Lock takes a lock that all connections of the daemon share and never gives
// it back. When it is taken, Lock blocks, until the client goes away or the
// daemon stops. A daemon that is started again has a new lock.
func Lock(e *Exchange) error { return e.lock() }

// Then ends a step as the Choice parameter says: "eof", "hang" and "reset" as
// [Close], [Hang] and [Reset] do, "continue" with the next message.
func Then(param string) Step {
	endings := map[string]Step{
		"eof":      Close,
		"hang":     Hang,
		"reset":    Reset,
		"continue": func(*Exchange) error { return nil },
	}
	return func(e *Exchange) error {
		ending, found := endings[e.Arg(param).String()]
		if !found {
			return fmt.Errorf("%s: %q is no ending", param, e.Arg(param))
		}
		return ending(e)
	}
}

// If does a step only where the Choice parameter has this value.
func If(param, value string, do Step) Step {
	return func(e *Exchange) error {
		if e.Arg(param).String() != value {
			return nil
		}
		return do(e)
	}
}
