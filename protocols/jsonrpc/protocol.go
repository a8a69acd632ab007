package jsonrpc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math"

	"github.com/faultdaemon/toolkit/faultdaemon"
	"github.com/faultdaemon/toolkit/internal/jsonedit"
)

// A Protocol is JSON-RPC 2.0 in one framing: [Lines], [Headers] or [Values].
// It is a [faultdaemon.Protocol] and may be used concurrently.
type Protocol struct{ framing framing }

var (
	// Lines is one message a line: JSON without a raw newline, then 0x0A.
	//
	//	{"jsonrpc":"2.0","method":"status","id":1}\n
	//
	// A 0x0D before the newline is white space of the JSON text. Lines of
	// nothing but white space are passed over.
	Lines = Protocol{lines{}}

	// Headers is a header with the length of the JSON text behind it in
	// bytes, as the base protocol of the Language Server Protocol has it.
	//
	//	Content-Length: 42\r\n
	//	\r\n
	//	{"jsonrpc":"2.0","method":"status","id":1}
	//
	// Headers are read as RFC 7230, section 3.2, says: names in any case,
	// white space around values, fields that mean nothing here passed over;
	// a line may end with a single 0x0A (section 3.5). A header of more than
	// 8 KiB, a line that is no field, a Content-Length that is missing, not
	// made of digits or there twice with different values end the
	// connection. They are written as above.
	Headers = Protocol{headers{}}

	// Values is JSON texts with nothing between them; white space there is
	// passed over.
	//
	//	{"jsonrpc":"2.0","method":"status","id":1}{"jsonrpc":"2.0","method":"exit"}
	//
	// A text ends with the bracket or quote that closes it, with the last
	// letter of true, false and null, and a number with the byte behind it.
	// What begins like no JSON text, up to the next that does, is a message
	// that is no JSON.
	Values = Protocol{values{}}
)

var (
	_ faultdaemon.Protocol  = Protocol{}
	_ faultdaemon.Payloader = Protocol{}
	_ faultdaemon.Replier   = Protocol{}
)

// framing is how a JSON text travels.
type framing interface {
	fmt.Stringer

	// read is [faultdaemon.Protocol.ReadMessage].
	read(r *bufio.Reader, limit int) ([]byte, error)

	// check returns why no message can carry a payload.
	check(payload []byte) error

	// frame appends the message that carries a text, whatever that is.
	frame(to, text []byte) []byte

	// text returns what a message carries, and an error when its framing
	// says that it cannot be read.
	text(message []byte) ([]byte, error)
}

// String returns "jsonrpc.Lines", "jsonrpc.Headers" or "jsonrpc.Values".
func (p Protocol) String() string {
	if p.framing == nil {
		return "jsonrpc.Protocol{}"
	}
	return "jsonrpc." + p.framing.String()
}

// Validate returns an error for the zero Protocol, which has no framing.
func (p Protocol) Validate() error {
	if p.framing == nil {
		return errors.New("jsonrpc.Protocol{} has no framing: use jsonrpc.Lines, jsonrpc.Headers or jsonrpc.Values")
	}
	return nil
}

// ReadMessage reads one message of the framing, whatever it carries.
func (p Protocol) ReadMessage(r *bufio.Reader, limit int) ([]byte, error) {
	return p.framing.read(r, limit)
}

// SkipMessage reads over one message; a JSON text without a terminator is read whole.
func (p Protocol) SkipMessage(r *bufio.Reader, keep int) ([]byte, error) {
	if s, ok := p.framing.(skipper); ok {
		return s.skip(r, keep)
	}
	message, err := p.framing.read(r, math.MaxInt)
	return message[:min(keep, len(message))], err
}

// skipper is a framing that can read over a message.
type skipper interface {
	skip(r *bufio.Reader, keep int) ([]byte, error)
}

// Frame returns the message that carries a payload. Lines has none for a
// payload with a newline inside or without any content; Values only takes
// what ends by itself, a JSON object, array or string, and leaves white space
// behind it out.
func (p Protocol) Frame(payload []byte) ([]byte, error) {
	if err := p.framing.check(payload); err != nil {
		return nil, err
	}
	return p.message(payload), nil
}

// message returns the message that carries a text, whatever that is.
func (p Protocol) message(text []byte) []byte { return p.framing.frame(nil, text) }

// Payload returns the JSON text of a message, without white space around it. A
// header that names a charset other than UTF-8 is an error.
func (p Protocol) Payload(message []byte) ([]byte, error) {
	text, err := p.framing.text(message)
	return bytes.Trim(text, " \t\r\n"), err
}

// Reply frames a payload. A Response object that has no id gets the request's,
// byte for byte: {"jsonrpc":"2.0","result":"ok"} replies to the request 7 as
// {"jsonrpc":"2.0","result":"ok","id":7}.
func (p Protocol) Reply(request, payload []byte) ([]byte, error) {
	o, _ := readObject(payload)
	if id := idOf(request); id != nil && o.isResponse() && !o.has("id") {
		payload = jsonedit.AddMember(payload, `"id"`, string(id))
	}
	return p.Frame(payload)
}

// ExpectsReply reports whether the specification asks for a reply: to a
// request, to a batch with a request in it and to what is neither valid nor a
// client's own reply, but not to notifications.
func (p Protocol) ExpectsReply(request []byte) bool {
	text, err := p.framing.text(request)
	return err != nil || expectsReply(text)
}

// Catalogue returns [Faults].
func (p Protocol) Catalogue() *faultdaemon.Catalogue { return Faults }

// Config returns the Config of a daemon that speaks the protocol and has these
// methods. Everything else in it is zero and may be set.
func (p Protocol) Config(methods Methods) faultdaemon.Config {
	return faultdaemon.Config{Protocol: p, ResponseHandler: p.Handler(methods)}
}
