package faultdaemon

import (
	"bytes"
	"fmt"
)

// Bytes computes what a step sends. R is what [Exchange.Response] returns.
//
// A Bytes that is made of R returns a *[NotFiredError] when R is empty or too
// short for it; the exchange is then served as if there were no fault.
type Bytes func(*Exchange) ([]byte, error)

// Response is R as it is.
func Response(e *Exchange) ([]byte, error) {
	r, err := e.Response()
	if err == nil && len(r) == 0 {
		err = NotFired("there is no reply")
	}
	return r, err
}

// FirstHalf is the first half of R, rounded down: "po" of "pong\n".
func FirstHalf(e *Exchange) ([]byte, error) {
	r, err := Response(e)
	if err == nil && len(r) < 2 {
		err = NotFired("a reply of 1 byte has no half")
	}
	return r[:len(r)/2], err
}

// Prefix is the first n bytes of R, n being an Int parameter. R itself is no
// prefix: with n at or beyond its length, the fault does not fire.
func Prefix(n string) Bytes {
	return func(e *Exchange) ([]byte, error) {
		r, at, err := offset(e, n)
		return r[:at], err
	}
}

// Suffix is what follows the first n bytes of R, n being an Int parameter: the
// rest after [Prefix].
func Suffix(n string) Bytes {
	return func(e *Exchange) ([]byte, error) {
		r, at, err := offset(e, n)
		return r[at:], err
	}
}

// Flipped is R with bit 0 of byte n changed, n being an Int parameter that
// counts from 0.
func Flipped(n string) Bytes {
	return func(e *Exchange) ([]byte, error) {
		r, at, err := offset(e, n)
		if err != nil {
			return nil, err
		}
		flipped := bytes.Clone(r)
		flipped[at] ^= 1
		return flipped, nil
	}
}

// offset returns R and the offset in R that a parameter names.
func offset(e *Exchange, param string) ([]byte, int, error) {
	r, err := Response(e)
	if err != nil {
		return nil, 0, err
	}
	at := e.Arg(param).Int()
	if at >= int64(len(r)) {
		return nil, 0, NotFired(fmt.Sprintf("offset %d is beyond the reply of %d bytes", at, len(r)))
	}
	return r, int(at), nil
}

// FirstMessages is the first n messages of an R that has more than n, n being
// an Int parameter.
func FirstMessages(n string) Bytes {
	return func(e *Exchange) ([]byte, error) {
		messages, err := e.messages()
		if err != nil {
			return nil, err
		}
		count := e.Arg(n).Int()
		if count >= int64(len(messages)) {
			return nil, NotFired(fmt.Sprintf("the reply ends with message %d: nothing comes after the first %d", len(messages), count))
		}
		return bytes.Join(messages[:count], nil), nil
	}
}

// Twice is R and R again.
func Twice(e *Exchange) ([]byte, error) {
	r, err := Response(e)
	return bytes.Repeat(r, 2), err
}

// Literal is these very bytes, whatever R is.
func Literal(s string) Bytes {
	return func(*Exchange) ([]byte, error) { return []byte(s), nil }
}

// The Bytes below are renderings of the protocol. Where R has several
// messages they render the last, the reply; those before it stay as they are.

// Garbage is a framed message of bytes that are no message of the protocol.
func Garbage(e *Exchange) ([]byte, error) {
	return Rendered(e, GarbageRenderer.Garbage)
}

// WithoutTerminator is R without the bytes that end it on the wire.
func WithoutTerminator(e *Exchange) ([]byte, error) {
	return Rendered(e, WithoutTerminatorRenderer.WithoutTerminator)
}

// InvalidJSON is a framed message that would be JSON but for an unescaped
// control character inside a string.
func InvalidJSON(e *Exchange) ([]byte, error) {
	return Rendered(e, InvalidJSONRenderer.InvalidJSON)
}

// EmbeddedNewlines is R as JSON with escaped newlines in a string.
func EmbeddedNewlines(e *Exchange) ([]byte, error) {
	return Rendered(e, EmbeddedNewlinesRenderer.EmbeddedNewlines)
}

// Multiline is R as JSON with raw newlines between its tokens.
func Multiline(e *Exchange) ([]byte, error) {
	return Rendered(e, MultilineRenderer.Multiline)
}

// maxLarge is the largest size that TooLarge makes.
const maxLarge = 1 << 30

// TooLarge is a well-formed message of at least as many bytes as the Int
// parameter size says, 1 GiB at the most.
func TooLarge(size string) Bytes {
	return func(e *Exchange) ([]byte, error) {
		if n := e.Arg(size).Int(); n > maxLarge {
			return nil, fmt.Errorf("%s is %d bytes: at most %d (1 GiB) are made in memory", size, n, maxLarge)
		}
		return Rendered(e, func(r TooLargeRenderer, request, reply []byte) ([]byte, error) {
			return r.TooLarge(request, reply, int(e.Arg(size).Int()))
		})
	}
}

// Rendered returns R with its last message, the reply, rendered by the
// protocol, which must be an R: what a Bytes of a protocol's own catalogue is
// made of. An empty R is a *[NotFiredError].
func Rendered[R any](e *Exchange, render func(r R, request, reply []byte) ([]byte, error)) ([]byte, error) {
	r, ok := e.Protocol().(R)
	if !ok {
		lacking := RenderingOf[R]()
		return nil, &NotApplicableError{Fault: e.Fault(), Protocol: e.Protocol(), Rendering: lacking.Name, Reason: lacking.lacking(e.Protocol())}
	}
	messages, err := e.messages()
	if err != nil {
		return nil, err
	}
	last := len(messages) - 1
	if messages[last], err = render(r, e.Request(), messages[last]); err != nil {
		return nil, err
	}
	return bytes.Join(messages, nil), nil
}
