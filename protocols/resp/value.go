package resp

import (
	"bytes"

	"github.com/faultdaemon/toolkit/faultdaemon"
)

// A value is one of those that a message that was read is made of. Those nested in an
// aggregate come behind it.
type value struct {
	kind  byte
	count int    // what the line of a string or an aggregate announces
	head  int    // bytes before the text: the type, or the line of a string
	text  []byte // of all but an aggregate; empty for a null
	size  int    // in bytes, of the line, the text and their ends
}

// first returns the value at the beginning of a message, which may be cut short or none: ok
// says that the value is whole.
func first(message []byte) (v value, ok bool) {
	end := bytes.IndexByte(message, '\n') + 1
	if end == 0 {
		return v, false
	}
	var l line
	if l.add(message[:end]); l.check() != nil {
		return v, false
	}
	v = value{kind: l.kind(), head: 1, text: message[1 : end-2], size: end}
	if !l.is(stringTypes + aggregateTypes) {
		return v, true
	}
	n, err := l.number()
	if err != nil {
		return v, false
	}
	v.count, v.text = n, nil
	if v.head = end - 2; n < 0 || !l.is(stringTypes) {
		return v, true
	}
	if n > len(message)-end-2 {
		return v, false
	}
	v.head, v.text, v.size = end, message[end:end+n], end+n+2
	return v, true
}

// aggregate reports whether what v announces are values.
func (v value) aggregate() bool { return bytes.IndexByte([]byte(aggregateTypes), v.kind) >= 0 }

var (
	_ faultdaemon.Payloader = Protocol{}
	_ faultdaemon.Dissector = Protocol{}
)

// Payload returns the texts of a message, with a blank between two: "GET name" of a
// request, "a pint of milk" of a bulk string, nothing of a null. Its error is nil.
func (Protocol) Payload(message []byte) ([]byte, error) {
	if isInline(message) {
		return bytes.Join(bytes.Fields(message), []byte{' '}), nil
	}
	texts := [][]byte{}
	for len(message) > 0 {
		v, ok := first(message)
		switch {
		case !ok: // cut short
			v.size = len(message)
			texts = append(texts, message)
		case !v.aggregate():
			texts = append(texts, v.text)
		}
		message = message[v.size:]
	}
	return bytes.Join(texts, []byte{' '}), nil
}

// Dissect returns the head and the text of each value, and its line end.
//
//	2a 32 0d 0a | 24 33 0d 0a | 47 45 54 | 0d 0a    | 24 31 0d 0a | 61   | 0d 0a
//	head        | head        | text     | line end | head        | text | terminator
func (Protocol) Dissect(message []byte) (list []faultdaemon.Field) {
	add := func(name string, size int, kind faultdaemon.FieldKind) {
		if size > 0 {
			list = append(list, faultdaemon.Field{Name: name, Size: size, Kind: kind})
		}
	}
	for len(message) > 0 {
		v, ok := first(message)
		switch {
		case !ok && isInline(message):
			text := len(bytes.TrimRight(message, "\r\n"))
			add("command", text, faultdaemon.DataField)
			add("terminator", len(message)-text, faultdaemon.TerminatorField)
			return list
		case !ok:
			add("message", len(message), faultdaemon.DataField)
			return list
		case v.size == len(message):
			add("head", v.head, faultdaemon.FramingField)
			add("text", len(v.text), faultdaemon.DataField)
			add("terminator", len("\r\n"), faultdaemon.TerminatorField)
		case v.aggregate():
			add("head", v.size, faultdaemon.FramingField)
		default:
			add("head", v.head, faultdaemon.FramingField)
			add("text", len(v.text), faultdaemon.DataField)
			add("line end", len("\r\n"), faultdaemon.FramingField)
		}
		message = message[v.size:]
	}
	return list
}
