package lengthprefix

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// Frame returns the message with this payload, sealed. What its header holds
// beside the magic number and the length is zero: a handler that needs another
// type or tag there writes it into the message.
//
//	Kafka().Frame([]byte("hi"))    00 00 00 02 68 69
//	GRPC().Frame([]byte("hi"))     00 00 00 00 02 68 69
//
// A payload that its length cannot say, or that makes a message of more than
// MaxMessage bytes, is an error.
func (l Layout) Frame(payload []byte) ([]byte, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	header := make([]byte, l.strip())
	copy(header, l.Magic)
	return l.limited(header, payload)
}

// Reply returns the message with this payload that answers a request: its
// header is the request's but for the length and what Answer changes, and it
// is sealed. So a type, a tag or a stream's id comes back as it came.
func (l Layout) Reply(request, payload []byte) ([]byte, error) {
	header, _, err := l.split(request)
	if err != nil {
		return nil, err
	}
	header = bytes.Clone(header)
	if l.Answer != nil {
		l.Answer(header)
	}
	return l.limited(header, payload)
}

// Payload returns what a message carries behind its first StripBytes bytes. It
// is a part of message, and not nil where it is empty.
func (l Layout) Payload(message []byte) ([]byte, error) {
	_, payload, err := l.split(message)
	return payload, err
}

// split cuts a message into what is stripped and the payload.
func (l Layout) split(message []byte) (header, payload []byte, err error) {
	if err := l.Validate(); err != nil {
		return nil, nil, err
	}
	if least := max(l.strip(), l.header()); len(message) < least {
		return nil, nil, fmt.Errorf("lengthprefix: a message of %d bytes has no header of %d", len(message), least)
	}
	return message[:l.strip()], message[l.strip():], nil
}

// limited is framed for messages that keep to MaxMessage.
func (l Layout) limited(header, payload []byte) ([]byte, error) {
	if size := len(header) + len(payload); l.MaxMessage > 0 && size > l.MaxMessage {
		return nil, fmt.Errorf("lengthprefix: a message of %d bytes exceeds MaxMessage, %d", size, l.MaxMessage)
	}
	return l.framed(header, payload)
}

// framed returns a sealed message of its own: header, whose length it writes,
// and payload.
func (l Layout) framed(header, payload []byte) ([]byte, error) {
	message := slices.Concat(header, payload)
	if len(message) < l.header() {
		return nil, fmt.Errorf("lengthprefix: a message of %d bytes has no header of %d: StripBytes is %d, so the payload begins with the rest", len(message), l.header(), l.StripBytes)
	}
	value := uint64(len(message) - l.LengthAdjust - l.lengthEnd())
	if value > l.most() {
		return nil, fmt.Errorf("lengthprefix: a length of %d bytes says at most %d, the message needs %d", l.LengthWidth, l.most(), value)
	}
	l.putLength(message, value)
	return l.sealed(message)
}

// sealed returns the message as Seal finishes it.
func (l Layout) sealed(message []byte) ([]byte, error) {
	if l.Seal == nil {
		return message, nil
	}
	size := len(message)
	message = l.Seal(message)
	if len(message) != size {
		return nil, fmt.Errorf("lengthprefix: Seal returned %d bytes for a message of %d: it fills room that is there", len(message), size)
	}
	return message, nil
}

// Handler returns a ResponseHandler that gives h the payload of the request
// and frames what h returns, under the request's header: see [Layout.Reply].
//
// A nil result sends nothing; an empty one that is not nil is a message
// without a payload. A result that cannot be framed is a panic with the error
// that says why: the connection ends and the daemon keeps it as an event. h is
// called concurrently for different connections.
func (l Layout) Handler(h func(payload []byte) []byte) faultdaemon.ResponseHandler {
	return handler(l, h)
}

// Config returns a Config that speaks the layout and answers with h, as
// Handler does. A nil h echoes.
func (l Layout) Config(h func(payload []byte) []byte) faultdaemon.Config {
	return config(l, h)
}
