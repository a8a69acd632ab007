package faultdaemon

import (
	"bufio"
	"fmt"
	"reflect"
)

// A Protocol says how messages are cut out of a stream and built. Its methods
// may be called concurrently.
//
// The generic faults need more of some protocols: each thing they need is an
// interface of one method ([GarbageRenderer] and its siblings). A fault whose
// rendering a protocol lacks does not apply to it.
//
// Two more methods are asked for where a protocol has them:
//
//	Validate() error
//
// says what is wrong with the protocol's own settings; Start returns it, and
// SetConfig panics with it.
//
//	CanRender(rendering string) error
//
// is for a protocol whose values differ in what they can render, so that the
// type alone does not tell, and for one that can say better than the type why
// it cannot. It is asked about every rendering that a fault needs, by the name
// of the interface ("GarbageRenderer"), and returns nil or the reason why this
// value cannot: "the layout has no Magic".
type Protocol interface {
	// ReadMessage reads one whole message, framing included, and not a byte
	// of r more. The result may alias r's buffer: it is valid until r is
	// read again.
	//
	// The error is io.EOF when r ended before the message's first byte. With
	// any other error, the bytes that were read of the message come back
	// beside it: when r ended inside the message the error wraps
	// io.ErrUnexpectedEOF and says what is missing, when the message is or
	// announces to be longer than limit bytes it wraps ErrTooLarge. Memory
	// grows with the bytes that arrive, never with a length that they
	// announce.
	ReadMessage(r *bufio.Reader, limit int) ([]byte, error)

	// Frame returns the message that carries payload. It returns an error
	// when no message can.
	Frame(payload []byte) ([]byte, error)

	// ExpectsReply reports whether the client that sent this message waits
	// for a reply to it. A notification does not.
	ExpectsReply(request []byte) bool

	// Catalogue returns the faults that only make sense on this protocol,
	// nil for none.
	Catalogue() *Catalogue
}

// A Selector is a Protocol whose requests can be told apart by a word, in the
// selectors of a plan's line.
type Selector interface {
	// Selectors returns every word that selects the request, the most
	// telling first: its method ("tools/call"), its members ("type=list").
	Selectors(request []byte) []string
}

// The methods that a Protocol may have beside its own.
type (
	validator interface{ Validate() error }
	selective interface{ CanRender(rendering string) error }
)

// The renderings that the generic faults need. A request is a whole message
// as it was read, a reply one whole message of R; the result is written to
// the client as it is. Where the protocol has something that ties a reply to
// its request (an id), the result keeps it, so that a client has to look at
// the damage and not at a reply to somebody else.
type (
	// A GarbageRenderer returns a framed message of bytes that are no
	// message of the protocol, 0x00, 0xFE and 0xFF among them.
	GarbageRenderer interface {
		Garbage(request, reply []byte) ([]byte, error)
	}

	// A WithoutTerminatorRenderer returns the reply without the bytes that
	// end it on the wire.
	WithoutTerminatorRenderer interface {
		WithoutTerminator(request, reply []byte) ([]byte, error)
	}

	// A TooLargeRenderer returns a well-formed message of size bytes or
	// more that says the same as the reply: only a size limit can refuse it.
	TooLargeRenderer interface {
		TooLarge(request, reply []byte, size int) ([]byte, error)
	}

	// An InvalidJSONRenderer returns a framed message that would be JSON but
	// for an unescaped control character inside a string.
	InvalidJSONRenderer interface {
		InvalidJSON(request, reply []byte) ([]byte, error)
	}

	// An EmbeddedNewlinesRenderer returns the reply as valid JSON with
	// escaped newlines in the first string of its payload; a member is added
	// only where there is no string.
	EmbeddedNewlinesRenderer interface {
		EmbeddedNewlines(request, reply []byte) ([]byte, error)
	}

	// A MultilineRenderer returns the reply as the same JSON with raw
	// newlines between its tokens.
	MultilineRenderer interface {
		Multiline(request, reply []byte) ([]byte, error)
	}
)

// What handlers that work with any protocol ask of one that has it.
type (
	// A Payloader returns what a message carries, without its framing.
	Payloader interface {
		Payload(message []byte) ([]byte, error)
	}

	// A Replier returns the message that answers a request with a payload:
	// framed, and with what ties it to the request (an id, a stream's
	// number) taken from there.
	Replier interface {
		Reply(request, payload []byte) ([]byte, error)
	}
)

// A Rendering is one interface that a fault needs of the protocol.
type Rendering struct {
	Name string // the interface's: "GarbageRenderer"
	has  func(Protocol) bool
}

// RenderingOf returns the rendering that interface T stands for. Generated
// catalogues name it for every fault whose Do uses a function F where F's
// package has an interface FRenderer.
func RenderingOf[T any]() Rendering {
	return Rendering{
		Name: reflect.TypeFor[T]().Name(),
		has:  func(p Protocol) bool { _, ok := p.(T); return ok },
	}
}

// lacking returns why p cannot make the rendering, nil when it can.
func (r Rendering) lacking(p Protocol) error {
	if s, ok := p.(selective); ok {
		if reason := s.CanRender(r.Name); reason != nil {
			return reason
		}
	}
	if !r.has(p) {
		return fmt.Errorf("it has no %s", r.Name)
	}
	return nil
}

// A NotApplicableError says that a protocol cannot make a rendering that a
// fault needs.
type NotApplicableError struct {
	Fault     Fault
	Protocol  Protocol
	Rendering string // the interface: "GarbageRenderer"
	Reason    error  // why the protocol cannot
}

// Error names the fault, the protocol's type and the reason.
func (e *NotApplicableError) Error() string {
	return fmt.Sprintf("%s does not apply to %T: %v", e.Fault, e.Protocol, e.Reason)
}

// Unwrap returns the reason.
func (e *NotApplicableError) Unwrap() error { return e.Reason }
